/**
 * Tokens that this isolate has leased of buckets which all isolates share.
 *
 * Invariants
 * 1. While a lease lasts, taking of it costs no call. Who runs short asks for itself and for those who come next.
 * 2. Nobody waits for another's question: it belongs to the request that asks it, and may end with it.
 * 3. A bucket that cannot be asked keeps nobody from working.
 * 4. Of a bucket from which nothing was taken for a while nothing is known: its name may be somebody's.
 */
import type { Rate } from '#contracts/limiter-rpc';
import { TOKENS_LAST_MS, type TokenAnswer } from '#contracts/quota';

/** A bucket, and the way to it. */
export interface SharedBucket {
  /** Over all companies. */
  name: string;
  rate: Rate;
  /** As many whole tokens as there are, up to `wanted`; none where there are fewer than `least`. */
  ask(order: { wanted: number; least: number }): Promise<TokenAnswer>;
}

export interface LeasePorts {
  /** Epoch ms. */
  now(): number;
  failed(error: unknown, name: string): void;
}

interface Lease {
  tokens: number;
  until: number;
  /** While the lease is used up, the bucket is not asked before this, epoch ms. */
  ask_from: number;
  /** When the bucket has tokens again, as it was last heard, epoch ms. */
  next_at: number;
  /** What was left in the bucket, and when that was heard, epoch ms. */
  heard?: { left: number; at: number };
  /** When something was taken without having asked, epoch ms. */
  trusted_at: number;
  /** What was taken since `counted_at`, so that a busy isolate leases more at once. */
  count: number;
  counted_at: number;
  asking: number;
}

/** From this many tokens a second on, an isolate lets one request go in the time of a lease without asking. */
const TRUSTED_FROM = 10;
/** An empty bucket is asked again after this at the earliest and the latest, ms. */
const ASK_AT_LEAST_MS = 20;
const ASK_AT_MOST_MS = 1000;
const MAX_LEASES = 5000;
/** Long after a lease has ended, ms. */
const FORGOTTEN_AFTER_MS = 60_000;

export class TokenLeases {
  readonly #leases = new Map<string, Lease>();

  /** What `take` would refuse without a question: after so many seconds, and counted as one that came. `undefined`: `take` has the word. */
  refused({ name, rate }: Pick<SharedBucket, 'name' | 'rate'>, cost: number, now: number): number | undefined {
    const lease = this.#lease(name, now);
    if (lease.ask_from <= now || hasEnough(lease, cost, now)) return undefined;
    count(lease, cost, now);
    return secondsFor(cost, rate, lease, now);
  }

  /** `cost`: tokens, which may be parts of one. `undefined`: they are taken. Else: after so many seconds. */
  async take(bucket: SharedBucket, cost: number, ports: LeasePorts): Promise<number | undefined> {
    const now = ports.now();
    const after = this.refused(bucket, cost, now);
    if (after !== undefined) return after;
    const lease = this.#lease(bucket.name, now);
    count(lease, cost, now);
    if (lease.until <= now) lease.tokens = 0;
    if (lease.tokens >= cost) {
      lease.tokens -= cost;
      return undefined;
    }
    if (bucket.rate.per_minute >= TRUSTED_FROM * 60 && lease.trusted_at + TOKENS_LAST_MS <= now) {
      lease.trusted_at = now;
      return undefined;
    }
    return this.#ask(bucket, lease, cost, ports);
  }

  /** How many there are to take, as far as this isolate knows. */
  left({ name, rate }: Pick<SharedBucket, 'name' | 'rate'>, now: number): number {
    const lease = this.#lease(name, now);
    return lease.heard ? Math.max(0, Math.floor(leftOf(lease, rate, now))) : rate.burst;
  }

  /** Buckets that something is known of. */
  get size(): number {
    return this.#leases.size;
  }

  async #ask(bucket: SharedBucket, lease: Lease, cost: number, ports: LeasePorts): Promise<number | undefined> {
    // What is left of the lease goes towards it; others do not take it meanwhile.
    const own = lease.tokens;
    lease.tokens = 0;
    const least = Math.ceil(cost - own);
    // Those who ask while another does ask for themselves alone.
    const wanted = lease.asking > 0 ? least : Math.max(least, Math.ceil(lease.count));
    lease.asking++;
    try {
      const { granted, next_ms, left } = await bucket.ask({ wanted, least });
      const now = ports.now();
      lease.heard = { left, at: now };
      lease.next_at = now + next_ms;
      // As soon as there is one, so that a flood is let in evenly and not by the second.
      lease.ask_from = next_ms > 0 ? now + Math.min(ASK_AT_MOST_MS, Math.max(ASK_AT_LEAST_MS, next_ms)) : 0;
      if (granted < least) {
        lease.tokens += own;
        return secondsFor(cost, bucket.rate, lease, now);
      }
      lease.tokens += own + granted - cost;
      lease.until = now + TOKENS_LAST_MS;
      return undefined;
    } catch (error) {
      ports.failed(error, bucket.name);
      return undefined;
    } finally {
      lease.asking--;
    }
  }

  /** Whoever has not been here for longest makes room. */
  #lease(name: string, now: number): Lease {
    const known = this.#leases.get(name);
    if (known) {
      this.#leases.delete(name);
      this.#leases.set(name, known);
      return known;
    }
    for (const [other, { counted_at }] of this.#leases) {
      if (now - counted_at < FORGOTTEN_AFTER_MS) break;
      this.#leases.delete(other);
    }
    if (this.#leases.size >= MAX_LEASES) this.#leases.delete(this.#leases.keys().next().value!);
    const lease: Lease = { tokens: 0, until: 0, ask_from: 0, next_at: 0, trusted_at: 0, count: 0, counted_at: 0, asking: 0 };
    this.#leases.set(name, lease);
    return lease;
  }
}

function hasEnough({ tokens, until }: Lease, cost: number, now: number): boolean {
  return until > now && tokens >= cost;
}

/** Something has come that costs so much. */
function count(lease: Lease, cost: number, now: number): void {
  if (now - lease.counted_at >= 1000) {
    lease.count = 0;
    lease.counted_at = now;
  }
  lease.count += cost;
}

/** In the bucket, as it must have filled since it was heard of, and here. */
function leftOf({ heard, tokens, until }: Lease, { per_minute, burst }: Rate, now: number): number {
  const inBucket = heard ? heard.left + ((now - heard.at) * per_minute) / 60_000 : 0;
  return Math.min(burst, inBucket + (until > now ? tokens : 0));
}

/** Until there is enough, at least until the bucket may be asked again. */
function secondsFor(cost: number, rate: Rate, lease: Lease, now: number): number {
  const missingMs = ((cost - leftOf(lease, rate, now)) / rate.per_minute) * 60_000;
  return Math.max(1, Math.ceil(Math.max(missingMs, lease.next_at - now) / 1000));
}
