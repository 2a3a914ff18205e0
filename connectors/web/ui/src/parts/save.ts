/** Hands a file to the person as a download. */
import { h } from "../core/dom";

/** Long enough for the slowest browser to have taken the file up. */
const KEPT_MS = 60_000;

export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
