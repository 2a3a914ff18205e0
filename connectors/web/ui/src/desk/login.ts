/** How a nurse comes to her desk: by key and name, or by a link in a message to her. */
import { fromAddress, keyLogin } from "../parts/key-login";
import { S } from "../strings";
import { login } from "./desk-client";

export function keyFromAddress(place: Location, past: History): string {
  return fromAddress(place, past, "key").key;
}

/** A link in a nurse's message has logged her in (`/desk#handoff=…&nurse=…`): whose desk it is, and at what it opens. */
export function enteredFromAddress(place: Location, past: History): { handoff: string; nurse: string } {
  return fromAddress(place, past, "handoff", "nurse");
}

export function loginView(key: string, nurse: string, why: string, entered: (nurse: string) => void): HTMLElement {
  return keyLogin({ words: S.desk, key, name: nurse, why, login, entered });
}
