/**
 * Whether a call without a credential is let in: by the units of the address that it comes from (of IPv6, of the network).
 *
 * 1. Where the platform knows no address nothing is counted.
 * 2. Addresses say something of people: they stand in the memory of isolates and objects for as long as a bucket takes to
 *    fill again, and in no row, no log line and no object's name. Many share one object.
 * 3. However many addresses come, they take no lease from a company.
 */
import { addressRateOf } from '#contracts/address-rate';
import { CALL_UNITS, type CallWeight } from '#contracts/call-weight';
import { fnv1a } from '#contracts/fnv1a';
import { addressOf, networkOf } from '#workers/door/client-address';
import type { RegionEnv } from '#workers/env';
import { isHosted } from '#workers/mode';
import { type Allowance, tooMany } from '#workers/quota/calls';
import { quotaObject } from '#workers/quota/ports';
import { type LeasePorts, type SharedBucket, TokenLeases } from '#workers/quota/token-leases';

/** Objects that the addresses of a region are spread over. */
const SHARDS = 32;
const WHO = 'One address';

const leases = new TokenLeases();

const ports: LeasePorts = {
  now: () => Date.now(),
  failed: (error) => console.error(JSON.stringify({ level: 'error', message: `the bound of an address could not be asked: ${String(error)}` })),
};

/** `undefined`: nothing is bounded. Throws Problem('rate_limited'). */
export async function admitStranger(env: RegionEnv, request: Request, weight: CallWeight): Promise<Allowance | undefined> {
  const bucket = bucketOf(env, request);
  if (!bucket) return undefined;
  const after = await leases.take(bucket, costOf(bucket, weight), ports);
  if (after !== undefined) throw tooMany(bucket.rate, WHO, after);
  return { limit: bucket.rate.burst, remaining: leases.left(bucket, ports.now()) };
}

/** Asks nobody, and counts nothing that is let go on. Throws Problem('rate_limited') where this isolate knows that nothing is left. */
export function refuseSpent(env: RegionEnv, request: Request): void {
  const bucket = bucketOf(env, request);
  const after = bucket && leases.refused(bucket, costOf(bucket, 'light'), ports.now());
  if (after !== undefined) throw tooMany(bucket!.rate, WHO, after);
}

/** What no bucket can hold would never be let in. */
function costOf({ rate }: SharedBucket, weight: CallWeight): number {
  return Math.min(CALL_UNITS[weight], rate.burst);
}

function bucketOf(env: RegionEnv, request: Request): SharedBucket | undefined {
  const address = addressOf(request);
  const rate = addressRateOf(env.ADDRESS_RATE, isHosted(env));
  if (address === null || rate === null) return undefined;
  const network = networkOf(address);
  return { name: network, rate, ask: (order) => quotaObject(env, objectOf(network)).tokens({ bucket: network, rate, ...order }) };
}

/** No tenant has a name like it. */
function objectOf(network: string): string {
  return `~addresses/${fnv1a(network) % SHARDS}`;
}
