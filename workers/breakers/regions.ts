/**
 * Circuit breakers in all regions of a tenant. Each region has its own: what it calls may be well in one and away in another.
 *
 * 1. An order to all regions is given to each by itself; who did not answer is told, and the others have it all the same.
 * 2. A region makes no object to find out that there is none.
 */
import type { BreakerCommand, BreakerDetails, BreakerName, BreakerRows } from '#contracts/breaker';
import { breakerPlaceIn, mergeBreakerPages, placeOfBreakerCursor, type RegionalBreaker } from '#workers/breakers/pages';
import { breakerChanged, breakerOf } from '#workers/breakers/ports';
import type { RegionEnv } from '#workers/env';
import { everyRegion, type ListedRegion } from '#workers/regions/lists';
import { storesOf } from '#workers/stores';

/** What regions answer about one breaker: `null` where there is none. */
export interface BreakerAnswers {
  found: { region: string; details: BreakerDetails | null }[];
  /** Where there are several. */
  regions?: ListedRegion[];
}

/** `own`: this region only. Throws Problem('invalid_cursor'). */
export async function listBreakers(
  env: RegionEnv,
  tenant: string,
  { environment, limit, cursor }: { environment: string; limit: number; cursor?: string | undefined },
  own: boolean,
): Promise<{ items: RegionalBreaker[]; next_cursor: string | null; regions?: ListedRegion[] }> {
  const place = cursor === undefined ? undefined : placeOfBreakerCursor(cursor);
  const questionTo = (region: string) => ({ environment, limit, ...(place ? { from: breakerPlaceIn(region, place) } : {}) });
  const here = () => storesOf(env).breakers.list(tenant, environment, questionTo(env.REGION));
  const { answers, regions } = await everyRegion<BreakerRows>(env, tenant, own, '/breakers/list', questionTo, here);
  const pages = answers.map(({ region, answer }) => ({ ...answer, region }));
  return { ...mergeBreakerPages(pages, limit), ...(regions ? { regions } : {}) };
}

/** `own`: this region only. */
export async function readBreakers(env: RegionEnv, name: BreakerName, own: boolean): Promise<BreakerAnswers> {
  return askEach(env, name, own, '/breakers/read', {}, async () => readBreakerHere(env, name));
}

/** `own`: this region only. */
export async function orderBreakers(env: RegionEnv, name: BreakerName, order: BreakerCommand, now: number, own: boolean): Promise<BreakerAnswers> {
  return askEach(env, name, own, '/breakers/order', order, () => orderBreakerHere(env, name, order, now), { changes: true });
}

/** Of this region. */
export async function readBreakerHere(env: RegionEnv, name: BreakerName): Promise<BreakerDetails | null> {
  return (await storesOf(env).breakers.read(name)) && (await breakerOf(env)(name).details(name));
}

/** Of this region; `null`: there is none to close. */
export async function orderBreakerHere(env: RegionEnv, name: BreakerName, order: BreakerCommand, now: number): Promise<BreakerDetails | null> {
  if (order.action === 'close' && !(await storesOf(env).breakers.read(name))) return null;
  const details = await breakerOf(env)(name).command(name, order);
  breakerChanged(name, details, now);
  return details;
}

async function askEach(
  env: RegionEnv,
  { tenant, ...name }: BreakerName,
  own: boolean,
  path: string,
  more: object,
  here: () => Promise<BreakerDetails | null>,
  how: { changes?: boolean } = {},
): Promise<BreakerAnswers> {
  const ask = async () => ({ details: await here() });
  const { answers, regions } = await everyRegion(env, tenant, own, path, () => ({ ...name, ...more }), ask, how);
  return { found: answers.map(({ region, answer }) => ({ region, details: answer.details })), ...(regions ? { regions } : {}) };
}
