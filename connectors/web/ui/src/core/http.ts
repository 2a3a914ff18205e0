/** JSON over HTTP. Every failure becomes a Problem; `status` 0 means the network gave no answer. */

const ANSWER_WITHIN_MS = 30_000;

export class Problem extends Error {
  constructor(readonly status: number, readonly title: string) {
    super(`${status} ${title}`);
    this.name = "Problem";
  }

  /** The same request may succeed later without any change. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = await response.json() as { title?: unknown };
    return new Problem(response.status, typeof body.title === "string" ? body.title : "");
  } catch {
    return new Problem(response.status, "");  // a proxy's HTML page: its words are not for patients
  }
}

async function ask(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    return await fetch(path, { method, headers: { Accept: "application/json", ...type, ...headers }, signal: abort.signal, ...sent });
  } catch {
    throw new Problem(0, "");
  } finally {
    clearTimeout(timer);
  }
}

/** Raises Problem for anything but 2xx. A 204 gives undefined. */
export async function request<T>(
  method: "GET" | "POST" | "PUT", path: string, body?: unknown, headers: Record<string, string> = {},
): Promise<T> {
  const response = await ask(method, path, body, headers);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return await response.json() as T;
  } catch {
    throw new Problem(0, "");  // cut off in mid-answer
  }
}

/** A file that needs the caller's headers, which a plain link can't send. Raises Problem. */
export async function fetchFile(path: string, headers: Record<string, string> = {}): Promise<Blob> {
  const response = await ask("GET", path, undefined, { ...headers, Accept: "*/*" });
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "");
}
