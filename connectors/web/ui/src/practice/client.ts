/** The learner's side of the wire. */
import { fetchFile, request } from "../core/http";
import type { Memory } from "../core/memory";
import type {
  BoardRow, CaseInfo, Debrief, DebriefSheet, EncounterInfo, EncounterMode, EncounterState, Ending, Learner, TestGroup, TestResult,
} from "../core/practice-wire";

const ROOT = "/api/v1/practice";
const LEARNER = "learner";
const one = (encounter: string) => `${ROOT}/encounters/${encodeURIComponent(encounter)}`;

export interface Begin { case: string; mode: EncounterMode; assignment?: string; counter?: boolean }

export class PracticeClient {
  readonly #memory: Memory;

  constructor(memory: Memory) { this.#memory = memory; }

  get known(): boolean { return this.#memory.get(LEARNER) !== null; }
  forget(): void { this.#memory.remove(LEARNER); }

  async join(code: string, name: string): Promise<string> {
    const joined = await this.#post<{ learner: string; class: { name: string } }>(`${ROOT}/join`, { code, name });
    this.#memory.set(LEARNER, joined.learner);
    return joined.class.name;
  }

  cases = async (): Promise<CaseInfo[]> => (await this.#get<{ cases: CaseInfo[] }>(`${ROOT}/cases`)).cases;
  me = (): Promise<Learner> => this.#get(`${ROOT}/me`);
  board = async (id: string): Promise<BoardRow[]> => (await this.#get<{ rows: BoardRow[] }>(`${ROOT}/board?class=${encodeURIComponent(id)}`)).rows;
  showOnBoard = (show: boolean): Promise<void> => this.#put(`${ROOT}/board`, { show });

  begin = (what: Begin): Promise<EncounterInfo> => this.#post(`${ROOT}/encounters`, what);
  state = (id: string): Promise<EncounterState> => this.#get(one(id));
  hint = async (id: string): Promise<string> => (await this.#post<{ hint: string }>(`${one(id)}/hint`, {})).hint;
  pause = (id: string): Promise<void> => this.#post(`${one(id)}/pause`, {});
  resume = (id: string): Promise<void> => this.#post(`${one(id)}/resume`, {});
  notes = (id: string, text: string): Promise<void> => this.#put(`${one(id)}/notes`, { text });
  tests = async (id: string): Promise<TestGroup[]> => (await this.#get<{ groups: TestGroup[] }>(`${one(id)}/tests`)).groups;
  order = async (id: string, test: string): Promise<TestResult[]> => (await this.#post<{ results: TestResult[] }>(`${one(id)}/request-test`, { test })).results;
  end = async (id: string, ending: Ending): Promise<Debrief> => (await this.#post<{ debrief: Debrief }>(`${one(id)}/end`, ending)).debrief;
  sheet = (id: string): Promise<DebriefSheet> => this.#get(`${one(id)}/debrief`);
  reflect = (id: string, text: string): Promise<void> => this.#put(`${one(id)}/reflection`, { text });
  file = (id: string, kind: "pdf" | "json"): Promise<Blob> => fetchFile(`${one(id)}/debrief.${kind}`, this.#headers);
  fork = (id: string, turn: number): Promise<EncounterInfo> => this.#post(`${one(id)}/fork`, { turn });

  get #headers(): Record<string, string> {
    const learner = this.#memory.get(LEARNER);
    return learner ? { "X-Learner": learner } : {};
  }

  #get<T>(path: string): Promise<T> { return request<T>("GET", path, undefined, this.#headers); }
  #post<T>(path: string, body: unknown): Promise<T> { return request<T>("POST", path, body, this.#headers); }
  #put(path: string, body: unknown): Promise<void> { return request<void>("PUT", path, body, this.#headers); }
}
