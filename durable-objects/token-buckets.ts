/** Token buckets by key. One that would be full again is the same as none: it is dropped, for a key may name somebody. */
import type { Rate, Taken } from '#contracts/limiter-rpc';

interface Bucket {
  tokens: number;
  at: number;
  /** When it is full again, epoch ms. */
  full_at: number;
}

const MAX_BUCKETS = 50_000;

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number) {}

  take(key: string, rate: Rate): Taken {
    const { granted, left, next_ms } = this.takeUpTo(key, rate, 1);
    const retry_after_s = granted > 0 ? 0 : Math.max(1, Math.ceil(next_ms / 1000));
    return { allowed: granted === 1, remaining: Math.floor(left), retry_after_s };
  }

  /**
   * As many as there are, at most `wanted`, and none where there are fewer than `least`. `next_ms`: until there is one again, or
   * `least` where none were given; 0 while there are.
   */
  takeUpTo(key: string, rate: Rate, wanted: number, least = 1): { granted: number; left: number; next_ms: number } {
    const tokens = this.look(key, rate);
    const whole = Math.min(wanted, Math.floor(tokens));
    const granted = whole < least ? 0 : whole;
    const left = tokens - granted;
    // Last used, last dropped.
    this.#buckets.delete(key);
    this.#dropFull();
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    const perMs = rate.per_minute / 60_000;
    const now = this.now();
    this.#buckets.set(key, { tokens: left, at: now, full_at: now + (Math.max(1, rate.burst) - left) / perMs });
    const wait = granted > 0 ? 1 : least;
    return { granted, left, next_ms: left >= wait ? 0 : Math.ceil((wait - left) / perMs) };
  }

  /** Buckets that something is known of. */
  get size(): number {
    return this.#buckets.size;
  }

  /** From the one that was used longest ago on. Of one rate, that is all of them. */
  #dropFull(): void {
    const now = this.now();
    for (const [key, { full_at }] of this.#buckets) {
      if (full_at > now) return;
      this.#buckets.delete(key);
    }
  }

  /** How many are in it. */
  look(key: string, { per_minute, burst }: Rate): number {
    const size = Math.max(1, burst);
    const known = this.#buckets.get(key);
    return known ? Math.min(size, known.tokens + ((this.now() - known.at) * per_minute) / 60_000) : size;
  }
}
