/**
 * Whether a call of the API is let in: by the units of the caller's company, and of its credential, so that one script takes
 * nothing from the people of the same company.
 *
 * 1. Counted once, where the company is at home; what regions ask each other is not.
 * 2. The operator of the platform is never refused, and nobody who ends a credential.
 */
import { CALL_UNITS, type CallWeight } from '#contracts/call-weight';
import type { Rate } from '#contracts/limiter-rpc';
import { Problem } from '#contracts/problems';
import { CREDENTIAL_SHARE } from '#contracts/quota';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { tenantQuota } from '#workers/quota/bounds';
import { bookPorts, quotaObject } from '#workers/quota/ports';
import { type SharedBucket, TokenLeases } from '#workers/quota/token-leases';

/** What is left to a caller, of the smaller of both buckets, as far as this isolate knows. */
export interface Allowance {
  limit: number;
  remaining: number;
}

/** Name of the company's bucket in its object. */
export const CALLS = 'calls';

const leases = new TokenLeases();

/** `undefined`: nothing is bounded. Throws Problem('rate_limited'). */
export async function admitCall(env: RegionEnv, actor: Actor, weight: CallWeight): Promise<Allowance | undefined> {
  if (actor.kind === 'operator' || CALL_UNITS[weight] === 0) return undefined;
  const { api_rate } = (await tenantQuota(env, actor.tenant)).quota;
  if (api_rate === null) return undefined;
  const ports = bookPorts(env);
  const company = bucketOf(env, actor.tenant, CALLS, api_rate);
  const own = bucketOf(env, actor.tenant, `${CALLS}/${credentialOf(actor)}`, shareOf(api_rate));
  // What no bucket can hold would never be let in.
  const cost = Math.min(CALL_UNITS[weight], own.rate.burst);
  for (const [bucket, whose] of [
    [own, 'One credential of the company'],
    [company, `The company ${actor.tenant}`],
  ] as const) {
    const after = await leases.take(bucket, cost, ports);
    if (after !== undefined) throw tooMany(bucket.rate, whose, after);
  }
  const now = ports.now();
  return { limit: own.rate.burst, remaining: Math.min(leases.left(own, now), leases.left(company, now)) };
}

/** Of a credential. */
function shareOf({ per_minute, burst }: Rate): Rate {
  return { per_minute: per_minute * CREDENTIAL_SHARE, burst: Math.max(1, Math.floor(burst * CREDENTIAL_SHARE)) };
}

/** A key with all sessions that were opened with it, or a person with all of theirs. */
export function credentialOf({ key_id, id }: Pick<Actor, 'key_id' | 'id'>): string {
  return key_id ?? id;
}

function bucketOf(env: RegionEnv, tenant: string, bucket: string, rate: Rate): SharedBucket {
  return { name: `${tenant}/${bucket}`, rate, ask: (order) => quotaObject(env, tenant).tokens({ bucket, rate, ...order }) };
}

/** `whose`: begins the sentence. */
export function tooMany({ per_minute, burst }: Rate, whose: string, after: number): Problem {
  return new Problem('rate_limited', `${whose} has ${per_minute} units of API calls a minute, ${burst} of them at once. Ask again in ${after} s.`, {
    extra: {
      retry_after: after,
      headers: { 'retry-after': String(after), 'x-ratelimit-limit': String(burst), 'x-ratelimit-remaining': '0' },
    },
  });
}
