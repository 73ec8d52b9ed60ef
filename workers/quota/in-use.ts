/** What the bounds of a tenant have in use: its own, and those of the applications that bound themselves. */
import type { Bound, BoundView } from '#contracts/quota';
import type { RegionEnv } from '#workers/env';
import { applicationBound, tenantBound, tenantQuota } from '#workers/quota/bounds';
import { quotaObject } from '#workers/quota/ports';
import { storesOf } from '#workers/stores';

/** Applications whose bounds are looked at for one answer. */
const MOST_APPLICATIONS = 50;

export type BoundInUse = { bound: Bound; view: BoundView };

/** `limit`: of those that wait, how many are told for each bound. `more`: there are more applications. */
export async function boundsInUse(env: RegionEnv, tenant: string, limit: number): Promise<{ seen: BoundInUse[]; more: boolean }> {
  const { plan, quota } = await tenantQuota(env, tenant);
  const applications = await boundedApplications(env, tenant, plan);
  const own = tenantBound(tenant, quota);
  const bounds = [...(own ? [own] : []), ...applications.bounds];
  const seen = await Promise.all(bounds.map(async (bound) => ({ bound, view: await quotaObject(env, bound.name).view(bound, limit) })));
  return { seen, more: applications.more };
}

async function boundedApplications(env: RegionEnv, tenant: string, plan: string): Promise<{ bounds: Bound[]; more: boolean }> {
  const { deployments, definitions } = storesOf(env);
  const deployed = await deployments.everywhere(tenant);
  const bounds = await Promise.all(
    deployed.slice(0, MOST_APPLICATIONS).map(async ({ workflow, environment, hash }) => {
      const own = (await definitions.get(tenant, hash))?.bounds;
      return own && applicationBound({ tenant, workflow, environment }, own, plan);
    }),
  );
  return { bounds: bounds.filter((bound) => bound !== undefined), more: deployed.length > MOST_APPLICATIONS };
}

/** Whose bound it is. */
export function whose({ name }: Bound): { of: 'company' } | { of: 'application'; workflow: string; environment: string } {
  const [, workflow, environment] = name.split('/');
  return workflow === undefined ? { of: 'company' } : { of: 'application', workflow, environment: environment! };
}
