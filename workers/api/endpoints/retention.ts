/** How long a company keeps what has ended. */
import { retentionRequest, retentionSchema } from '#contracts/api-retention';
import { Problem } from '#contracts/problems';
import { type OwnRetention, outsideOf, RETENTION_PLANS, retentionOf } from '#contracts/retention';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import { tenantQuota } from '#workers/quota/bounds';
import { deploymentsChanged } from '#workers/regions/replicate';

const TAG = 'Platform';

const get = endpoint({
  route: 'GET /tenants/{tenant}/retention',
  tag: TAG,
  summary: 'How long a company keeps what has ended',
  answer: retentionSchema,
  answers: { 200: { description: 'What it has decided, what its plan allows, and what the last sweep removed', schema: retentionSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    return { body: await view(ownTenant(call)) };
  },
});

const put = endpoint({
  route: 'PUT /tenants/{tenant}/retention',
  tag: TAG,
  summary: 'Say how long a company keeps what has ended',
  description:
    'What is older goes with the next daily sweep, and does not come back. Nothing that still runs goes, nor what may yet be resumed, nor what has a dead letter that waits.',
  body: retentionRequest,
  answer: retentionSchema,
  answers: { 200: { description: 'As it is now', schema: retentionSchema } },
  problems: ['unknown_tenant', 'invalid_request', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, env, body, note } = ownTenant(call);
    const own: OwnRetention = body;
    const { plan } = await tenantQuota(env, tenant);
    const outside = outsideOf(plan, own);
    if (outside) {
      const { least, most } = outside.bound;
      throw new Problem(
        'invalid_request',
        `${outside.kind}: the plan ${plan} keeps them for ${most === null ? `${least} days or longer` : `${least} to ${most} days`}.`,
      );
    }
    note.before = { ...(await stores.settings.read(tenant)).retention };
    note.after = { ...own };
    await stores.settings.change(tenant, { retention: Object.keys(own).length === 0 ? null : own });
    await deploymentsChanged(env, tenant);
    return { body: await view(call) };
  },
});

export const retentionEndpoints: AnyEndpoint[] = [get, put];

async function view({ env, stores, tenant }: Call) {
  const [{ retention: own }, { plan }, standing] = await Promise.all([stores.settings.read(tenant), tenantQuota(env, tenant), stores.sweeps.of(tenant)]);
  return {
    tenant,
    plan,
    own: own ?? {},
    retention: retentionOf(plan, own),
    bounds: RETENTION_PLANS[plan],
    last_sweep: standing?.last ? { ...standing.last, at: instant(standing.last.at) } : null,
    next_sweep_at: standing ? instant(standing.due_at) : null,
  };
}
