/** The bounds that hold for a start: its tenant's, by plan and by what the operator overruled, and its application's own, as the document has them. */
import { type AppBounds, type Bound, guestQuota, isolationOf, PLANS, type PlannedQuota, type Quota, type QuotaPriority, quotaOf } from '#contracts/quota';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

export interface BoundsOfStart {
  /** The tenant's first, where it has one. */
  bounds: Bound[];
  priority: QuotaPriority;
}

/** The quota of a tenant that is at home here; of a guest what its home has said of it, for what it has at work here. */
export async function tenantQuota(env: RegionEnv, tenant: string): Promise<PlannedQuota> {
  const { tenants, settings } = storesOf(env);
  const known = await tenants.get(tenant);
  if (known) return quotaOf(known.quota, env.PLAN);
  const told = (await settings.of(tenant)).quota;
  return told ? guestQuota(told) : { plan: 'unlimited', quota: PLANS.unlimited };
}

export async function boundsOf(env: RegionEnv, place: { tenant: string; workflow: string; environment: string; hash: string }): Promise<BoundsOfStart> {
  const { plan, quota } = await tenantQuota(env, place.tenant);
  const own = (await storesOf(env).definitions.get(place.tenant, place.hash))?.bounds;
  const tenant = tenantBound(place.tenant, quota);
  const application = own && applicationBound(place, own, plan);
  const bounds: Bound[] = [];
  if (tenant) bounds.push(tenant);
  if (application) bounds.push(application);
  return { bounds, priority: rowOf(own, plan)?.priority ?? quota.priority };
}

export function tenantBound(tenant: string, { max_concurrent, rate, queue_soft, queue_hard }: Quota): Bound | undefined {
  if (max_concurrent === null && rate === null) return undefined;
  return { name: tenant, ...(max_concurrent === null ? {} : { max: max_concurrent }), ...(rate === null ? {} : { rate }), soft: queue_soft, hard: queue_hard };
}

/** The narrowest of what the document says of the plan, the tenant and its workers. */
export function applicationBound(place: { tenant: string; workflow: string; environment: string }, own: AppBounds, plan: string): Bound | undefined {
  const row = rowOf(own, plan);
  const isolation = isolationOf(own, place.tenant);
  const mosts = [row?.max_concurrent, own.max_workers, isolation?.max_workers].filter((each) => each !== undefined);
  if (mosts.length === 0 && row?.rate === undefined) return undefined;
  const hard = Math.min(own.queue?.hard ?? PLANS.unlimited.queue_hard, isolation?.queue_size ?? Number.POSITIVE_INFINITY);
  return {
    name: `${place.tenant}/${place.workflow}/${place.environment}`,
    ...(mosts.length > 0 ? { max: Math.min(...mosts) } : {}),
    ...(row?.rate ? { rate: row.rate } : {}),
    soft: Math.min(own.queue?.soft ?? PLANS.unlimited.queue_soft, hard),
    hard,
  };
}

function rowOf(own: AppBounds | undefined, plan: string) {
  const rows = own?.quotas;
  if (!rows) return undefined;
  return Object.hasOwn(rows, plan) ? rows[plan] : rows.default;
}
