/**
 * That something of a guest lives here: a tenant whose home is another region. Where it does, the tenant cannot move here
 * before the region is cleared, so a call that keeps nothing must not count, and one that keeps something must never be missed.
 *
 * Every call but a GET counts, unless it is on this list; a test holds each of the list to keeping nothing.
 */
import { Problem } from '#contracts/problems';
import type { RouteName } from '#workers/api/policy';
import type { RegionEnv } from '#workers/env';
import { movingProblem } from '#workers/moving/late';
import { storesOf } from '#workers/stores';

export const KEEPING_NOTHING: readonly RouteName[] = [
  'POST /workflows/validate',
  'POST /workflows/try',
  'POST /tenants/{tenant}/retention/preview',
  'POST /executions/{execution}/rebuild',
  'DELETE /pipelines/{pipeline}/breakpoints',
  'DELETE /pipelines/{pipeline}/breakpoints/{breakpoint}',
  'DELETE /pipelines/{pipeline}/mock',
  'DELETE /pipelines/{pipeline}/mock/{step}',
];

const free: ReadonlySet<string> = new Set(KEEPING_NOTHING);

/** Whether a guest who calls it lives here from then on. */
export function maySettle(route: RouteName): boolean {
  return !route.startsWith('GET ') && !free.has(route);
}

/** From now on something of a tenant lives here that the region `from` speaks for. Throws Problem: tenant_moving, region_not_ready. */
export async function settle(env: Pick<RegionEnv, 'DB' | 'STORE' | 'REGION'>, tenant: string, from: string, now: number): Promise<void> {
  const { links, tenants } = storesOf(env);
  switch (await links.lodge(tenant, now)) {
    case 'lives':
      return;
    case 'arriving':
      throw movingProblem(tenant, from);
    case 'unknown':
      // Its home: an execution elsewhere has started one that lives here.
      if (await tenants.get(tenant)) return;
      throw new Problem('region_not_ready', `${env.REGION} has not been told of ${tenant}, or has let go of what it had of it. Nothing was changed.`);
  }
}
