/** What a page keeps on this device. Falls back to plain memory where storage is forbidden. */

export interface Storage_ {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class PlainStorage implements Storage_ {
  readonly #values = new Map<string, string>();
  getItem(key: string): string | null { return this.#values.get(key) ?? null; }
  setItem(key: string, value: string): void { this.#values.set(key, value); }
  removeItem(key: string): void { this.#values.delete(key); }
}

/** Private windows and full disks make localStorage throw: try it before trusting it. */
export function deviceStorage(): Storage_ {
  try {
    const probe = "xinglin.probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return new PlainStorage();
  }
}

/** Names of one clinic's entries; two clinics on one host never see each other's conversation. */
export class Memory {
  readonly #storage: Storage_;
  readonly #clinic: string;
  readonly #prefix: string;

  constructor(storage: Storage_, clinic: string) {
    this.#storage = storage;
    this.#clinic = clinic;
    this.#prefix = `xinglin.${clinic}.`;
  }

  /** Entries of one thing among many, as of one encounter. */
  within(name: string): Memory { return new Memory(this.#storage, `${this.#clinic}.${name}`); }

  key(name: string): string { return this.#prefix + name; }
  get(name: string): string | null { return this.#storage.getItem(this.key(name)); }

  /** False when the device refused (quota); the caller goes on with what it holds in memory. */
  set(name: string, value: string): boolean {
    try {
      this.#storage.setItem(this.key(name), value);
      return true;
    } catch {
      return false;
    }
  }

  remove(...names: string[]): void {
    for (const name of names) this.#storage.removeItem(this.key(name));
  }
}

/** The gateway may name the tenant in `<meta name="xinglin-clinic">`; one clinic per host otherwise. */
export function clinicOf(page: Document): string {
  const named = page.querySelector('meta[name="xinglin-clinic"]')?.getAttribute("content");
  return named || "default";
}

/** 128 random bits as hex; `crypto.randomUUID` is missing on plain-http hospital networks. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One tab at a time; without Web Locks the ids of the messages still forbid a second effect. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? await locks.request(name, work) as T : work();
}
