/** How long a company keeps what has ended. */
import { retentionRequest, retentionSchema } from '#contracts/api-retention';
import { Problem } from '#contracts/problems';
import { ageQueryOf, firstSweepBy, type OwnRetention, outsideOf, RETENTION_PLANS, type Retention, retentionOf } from '#contracts/retention';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import type { RegionEnv } from '#workers/env';
import { tenantQuota } from '#workers/quota/bounds';
import { deploymentsChanged } from '#workers/regions/replicate';
import { countOldEverywhere } from '#workers/retention/preview';

const TAG = 'Platform';

const get = endpoint({
  route: 'GET /tenants/{tenant}/retention',
  tag: TAG,
  summary: 'How long a company keeps what has ended',
  answer: retentionSchema,
  answers: { 200: { description: 'What it has decided, what its plan allows, and what the last sweep removed', schema: retentionSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { stores, tenant } = ownTenant(call);
    return { body: await view(call, (await stores.settings.read(tenant)).retention) };
  },
});

const put = endpoint({
  route: 'PUT /tenants/{tenant}/retention',
  tag: TAG,
  summary: 'Say how long a company keeps what has ended',
  description:
    'What is older goes with a daily sweep, and does not come back. What has become shorter is announced for a day before a sweep goes by it: `next_sweep` says when, and how much goes. Nothing that still runs goes, nor what may yet be resumed, nor what has a dead letter that waits.',
  body: retentionRequest,
  answer: retentionSchema,
  answers: { 200: { description: 'As it is now', schema: retentionSchema } },
  problems: ['unknown_tenant', 'invalid_request', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, env, body: own, note } = ownTenant(call);
    await assertWithinPlan(call, own);
    note.before = { ...(await stores.settings.read(tenant)).retention };
    note.after = { ...own };
    await stores.settings.change(tenant, { retention: Object.keys(own).length === 0 ? null : own });
    await deploymentsChanged(env, tenant);
    return { body: await view(call, own) };
  },
});

const preview = endpoint({
  route: 'POST /tenants/{tenant}/retention/preview',
  weight: 'medium',
  tag: TAG,
  summary: 'What other numbers would come to',
  description: 'Changes nothing. `next_sweep` says when the first sweep would begin that goes by them, and how many executions it would remove.',
  body: retentionRequest,
  answer: retentionSchema,
  answers: { 200: { description: 'As it would be', schema: retentionSchema } },
  problems: ['unknown_tenant', 'invalid_request', 'invalid_json'],
  audited: false,
  async handle(call) {
    const { body: own } = ownTenant(call);
    await assertWithinPlan(call, own);
    return { body: await view(call, own) };
  },
});

export const retentionEndpoints: AnyEndpoint[] = [get, put, preview];

/** Throws Problem('invalid_request'). */
async function assertWithinPlan({ env, tenant }: Call, own: OwnRetention): Promise<void> {
  const { plan } = await tenantQuota(env, tenant);
  const outside = outsideOf(plan, own);
  if (!outside) return;
  const { least, most } = outside.bound;
  throw new Problem(
    'invalid_request',
    `${outside.kind}: the plan ${plan} keeps them for ${most === null ? `${least} days or longer` : `${least} to ${most} days`}.`,
  );
}

async function view({ env, stores, tenant, now }: Call, own: OwnRetention | null) {
  const [{ plan }, standing] = await Promise.all([tenantQuota(env, tenant), stores.sweeps.of(tenant)]);
  const retention = retentionOf(plan, own);
  return {
    tenant,
    plan,
    own: own ?? {},
    retention,
    bounds: RETENTION_PLANS[plan],
    last_sweep: standing?.last ? { ...standing.last, at: instant(standing.last.at) } : null,
    next_sweep: standing && (await nextSweep(env, tenant, retention, firstSweepBy(retention, standing, now))),
  };
}

async function nextSweep(env: RegionEnv, tenant: string, retention: Retention, at: number) {
  const query = ageQueryOf(retention, at);
  return { at: instant(at), ...(query ? await countOldEverywhere(env, tenant, query) : { executions: 0, more: false }) };
}
