/** Bounds on how often somebody may ask, and what is said to whoever asks more often. */
import { Problem } from '#contracts/problems';
import type { DoorContext } from '#modules/door';

export interface Rate {
  per_minute: number;
  burst: number;
}

/** Headers for the answer. Throws Problem('rate_limited'). */
export async function takeFrom({ limits }: DoorContext, key: string, { per_minute, burst }: Rate): Promise<Record<string, string>> {
  const taken = await limits.take(key, { per_minute, burst });
  const headers = { 'x-ratelimit-limit': String(burst), 'x-ratelimit-remaining': String(taken.remaining) };
  if (taken.allowed) return headers;
  throw new Problem('rate_limited', `At most ${per_minute} requests a minute, ${burst} of them at once. Ask again in ${taken.retry_after_s} s.`, {
    extra: { headers: { ...headers, 'retry-after': String(taken.retry_after_s) } },
  });
}
