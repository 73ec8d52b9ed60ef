/**
 * A small cache that lives as long as the isolate: bounded by count, what has not been used goes first;
 * with a lifetime where the values may change elsewhere.
 *
 * When a value's time is nearly over, one caller is told that it is gone and reads it anew; the others go on with it
 * until then, so that a busy isolate does not ask its store many times at once.
 */
/** Part of its lifetime after which a value is renewed. */
const RENEW_AT = 0.8;

export class IsolateCache<V> {
  /** `used`: since it was passed over last. */
  readonly #entries = new Map<string, { value: V; until: number; renewAt: number; used: boolean }>();
  readonly #max: number;
  readonly #ttlMs: number;
  readonly #now: () => number;

  /** `ttlMs` absent: for values that never change. */
  constructor(options: { max: number; ttlMs?: number; now?: () => number }) {
    this.#max = options.max;
    this.#ttlMs = options.ttlMs ?? Number.POSITIVE_INFINITY;
    this.#now = options.now ?? Date.now;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const now = this.#now();
    if (entry.until <= now) {
      this.#entries.delete(key);
      return undefined;
    }
    entry.used = true;
    if (entry.renewAt <= now) {
      entry.renewAt = entry.until;
      return undefined;
    }
    return entry.value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#max) this.#dropOne();
    const now = this.#now();
    this.#entries.set(key, { value, until: now + this.#ttlMs, renewAt: now + this.#ttlMs * RENEW_AT, used: false });
  }

  /** From the oldest on: what was used stays for another round. */
  #dropOne(): void {
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      if (!entry.used) return;
      entry.used = false;
      this.#entries.set(key, entry);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** All entries whose key begins so. */
  deletePrefix(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }
}
