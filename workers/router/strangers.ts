/**
 * Who names tenants that there are not, in keys and headers, has the directory searched for each. An address may do so as often
 * as it may call the API without a credential; then nothing is searched for it but what is known here already.
 *
 * Counted in the isolate, for the router has no objects: an address reaches few of them. What was counted is gone with its minute.
 */
import { addressRateOf } from '#contracts/address-rate';
import { Problem } from '#contracts/problems';
import { addressOf, networkOf } from '#workers/door/client-address';
import { type RouterEnv, regionsOf } from '#workers/router/env';

const MINUTE_MS = 60_000;
const MAX_NETWORKS = 20_000;

let minute = 0;
const missed = new Map<string, number>();

/** Before the directory is searched. Throws Problem('rate_limited'). */
export function assertMaySearch(request: Request, env: RouterEnv, now: number): void {
  const { network, most } = boundOf(request, env, now);
  if (network === undefined || (missed.get(network) ?? 0) < most) return;
  const retry_after = Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000);
  throw new Problem('rate_limited', `From one address ${most} companies that there are not are looked for in a minute. Ask again in ${retry_after} s.`, {
    extra: { retry_after, headers: { 'x-ratelimit-limit': String(most), 'x-ratelimit-remaining': '0' } },
  });
}

/** There was no such tenant. */
export function countMiss(request: Request, env: RouterEnv, now: number): void {
  const { network } = boundOf(request, env, now);
  if (network === undefined) return;
  const before = missed.get(network);
  if (before === undefined && missed.size >= MAX_NETWORKS) missed.delete(missed.keys().next().value!);
  missed.set(network, (before ?? 0) + 1);
}

/** Without a network: nothing is bounded. */
function boundOf(request: Request, env: RouterEnv, now: number): { network?: string; most: number } {
  const current = Math.floor(now / MINUTE_MS);
  if (current !== minute) missed.clear();
  minute = current;
  const rate = addressRateOf(env.ADDRESS_RATE, env.MODE !== 'local');
  // On one machine nobody else says it.
  const address = regionsOf(env)[0]?.clients ?? addressOf(request);
  return rate === null || address === null ? { most: 0 } : { network: networkOf(address), most: rate.burst };
}
