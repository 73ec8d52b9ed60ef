/**
 * A small cache that lives as long as the isolate: bounded by count, the least recently used goes first;
 * with a lifetime where the values may change elsewhere.
 *
 * When a value's time is nearly over, one caller is told that it is gone and reads it anew; the others go on with it
 * until then, so that a busy isolate does not ask its store many times at once.
 */
/** Part of its lifetime after which a value is renewed. */
const RENEW_AT = 0.8;

export class IsolateCache<V> {
  readonly #entries = new Map<string, { value: V; until: number; renewAt: number }>();
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
    this.#entries.delete(key);
    const now = this.#now();
    if (entry.until <= now) return undefined;
    this.#entries.set(key, entry);
    if (entry.renewAt <= now) {
      entry.renewAt = entry.until;
      return undefined;
    }
    return entry.value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    const now = this.#now();
    this.#entries.set(key, { value, until: now + this.#ttlMs, renewAt: now + this.#ttlMs * RENEW_AT });
    if (this.#entries.size > this.#max) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** All entries whose key begins so. */
  deletePrefix(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }
}
