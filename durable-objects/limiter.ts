/**
 * Limits of requests: token buckets in memory. Nothing is written: an object that sleeps has full buckets anyway, since
 * it sleeps only where nobody asks.
 */
import { DurableObject } from 'cloudflare:workers';
import type { LimiterRpc, Rate, Taken } from '#contracts/limiter-rpc';
import { TokenBuckets } from '#objects/token-buckets';

export class LimiterObject<Env = unknown> extends DurableObject<Env> implements LimiterRpc {
  readonly #buckets = new TokenBuckets(Date.now);

  async take(key: string, rate: Rate): Promise<Taken> {
    return this.#buckets.take(key, rate);
  }
}
