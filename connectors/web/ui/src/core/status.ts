/** The honest line under the clinic's name: who answers now, and whether the line holds. */
import type { Transcript } from "./transcript";
import { S } from "../strings";

export interface Status { text: string; more: string; tone: "calm" | "wait" | "human" | "lost" }

export function statusOf(transcript: Transcript): Status {
  const unsent = transcript.pending.filter((one) => one.status === "unsent").length;
  const kept = unsent ? S.status.kept(unsent) : "";
  if (transcript.link === "lost" || unsent) return { text: S.status.lost, more: kept, tone: "lost" };
  if (transcript.link === "connecting" && !transcript.ready) return { text: S.status.first, more: "", tone: "wait" };
  const { mode, handoff } = transcript.state;
  if (mode === "practice") return { text: S.status.practice, more: "", tone: "calm" };
  if (mode === "assistant" && !handoff) return { text: S.status.robot, more: S.status.robotMore, tone: "calm" };
  if (handoff?.status === "accepted") {
    return { text: handoff.nurse ? S.status.nurseIs(handoff.nurse.replace(/^护士/, "")) : S.status.someNurse, more: "", tone: "human" };
  }
  const ahead = handoff?.ahead ?? 0;
  return { text: ahead > 0 ? S.status.queued(ahead) : S.status.nextOne, more: "", tone: "wait" };
}
