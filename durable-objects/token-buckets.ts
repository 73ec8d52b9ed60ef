/** Token buckets by key. A bucket that would be full again is the same as none, so it is dropped. */
import type { Rate, Taken } from '#contracts/limiter-rpc';

interface Bucket {
  tokens: number;
  at: number;
}

const MAX_BUCKETS = 50_000;

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number) {}

  take(key: string, { per_minute, burst }: Rate): Taken {
    const now = this.now();
    const perMs = per_minute / 60_000;
    const size = Math.max(1, burst);
    const known = this.#buckets.get(key);
    const tokens = known ? Math.min(size, known.tokens + (now - known.at) * perMs) : size;
    // Last used, last dropped.
    this.#buckets.delete(key);
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    this.#buckets.set(key, { tokens: left, at: now });
    return { allowed, remaining: Math.floor(left), retry_after_s: allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000)) };
  }
}
