/**
 * How many units of API calls (`call-weight.ts`) one address has a minute without a credential. There is no company to count
 * them to, so the platform sets it for all: `ADDRESS_RATE` in wrangler.toml.
 */
import type { Rate } from '#contracts/limiter-rpc';

/** An office of a thousand people behind one address signs in and never notices. */
const USUAL = 3000;
/** What may come at once of a minute's units. */
const AT_ONCE = 1 / 5;

/** `set`: units a minute, or `unlimited`. Absent, or unreadable: none on one machine, the usual ones where strangers are. `null`: no bound. */
export function addressRateOf(set: string | undefined, isHosted: boolean): Rate | null {
  if (set === 'unlimited') return null;
  const own = set !== undefined && /^[1-9]\d{0,8}$/.test(set) ? Number(set) : undefined;
  if (own === undefined && !isHosted) return null;
  const per_minute = own ?? USUAL;
  return { per_minute, burst: Math.max(1, Math.floor(per_minute * AT_ONCE)) };
}
