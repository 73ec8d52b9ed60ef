/** Quotas of a tenant: what it may, and what of it is in use. */
import type { z } from 'zod';
import { tenantQuotaRequest, tenantQuotaSchema, usageQuery, usageSchema } from '#contracts/api-quotas';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { PLANS } from '#contracts/quota';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import { liveHub } from '#workers/live-hub';
import { tenantQuota } from '#workers/quota/bounds';
import { CALLS } from '#workers/quota/calls';
import { type BoundInUse, boundsInUse, whose } from '#workers/quota/in-use';
import { placesAnew, quotaObject } from '#workers/quota/ports';
import { deploymentsChanged } from '#workers/regions/replicate';

const TAG = 'Platform';
const get = endpoint({
  route: 'GET /tenants/{tenant}/quota',
  tag: TAG,
  summary: 'Quota of a company',
  answer: tenantQuotaSchema,
  answers: { 200: { description: 'Its plan, what differs from it, and what holds', schema: tenantQuotaSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    return { body: await view(ownTenant(call)) };
  },
});

const put = endpoint({
  route: 'PUT /tenants/{tenant}/quota',
  tag: TAG,
  summary: 'Set the quota of a company',
  description: 'Every isolate follows within ten seconds. What is at work goes on; with a smaller quota, starts wait until enough of it has ended.',
  body: tenantQuotaRequest,
  answer: tenantQuotaSchema,
  answers: { 200: { description: 'As it is now', schema: tenantQuotaSchema } },
  problems: ['unknown_tenant', 'invalid_request', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, note, env } = ownTenant(call);
    assertReachable(body);
    const before = (await stores.tenants.get(tenant))?.quota;
    note.before = asJson(before ?? { plan: null });
    note.after = asJson(body);
    const overrides = Object.keys(body.overrides ?? {}).length > 0 ? { overrides: body.overrides } : {};
    await stores.tenants.setQuota(tenant, body.plan === null ? null : { plan: body.plan, ...overrides });
    const { quota } = await tenantQuota(env, tenant);
    // What is at work in other regions is bounded there, and how long things are kept goes by the plan.
    await deploymentsChanged(env, tenant);
    // Those that wait get the places that are free now.
    await placesAnew(env, tenant, quota);
    return { body: await view(call) };
  },
});

const usage = endpoint({
  route: 'GET /tenants/{tenant}/usage',
  weight: 'medium',
  tag: TAG,
  summary: 'What of a quota is in use',
  description:
    'How many executions are at work, who waits for a place, in the order of their turns, and what is left of API calls and live streams. A pipeline without room of its own is seen at its executions.',
  query: usageQuery,
  answer: usageSchema,
  answers: { 200: { description: 'As it is now', schema: usageSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { env, tenant, query, now } = ownTenant(call);
    const limit = query.limit ?? LIMITS.listDefault;
    const { plan, quota } = await tenantQuota(env, tenant);
    const { seen, more } = await boundsInUse(env, tenant, limit);
    const [available, open] = await Promise.all([quota.api_rate && quotaObject(env, tenant).left(CALLS, quota.api_rate), liveHub(env, tenant).watching()]);
    const waiting = seen.flatMap(waitingOf);
    return {
      body: {
        tenant,
        plan,
        at: instant(now),
        bounds: seen.map(boundView),
        calls: { rate: quota.api_rate, available },
        live_streams: { max: quota.live_streams, open },
        waiting: waiting.slice(0, limit),
        more: more || seen.some(({ view: { waiting: all, queue } }) => all > queue.length) || waiting.length > limit,
      },
    };
  },
});

export const quotaEndpoints: AnyEndpoint[] = [get, put, usage];

/** Also beside the number of the plan. Throws Problem('invalid_request'). */
function assertReachable({ plan, overrides }: z.output<typeof tenantQuotaRequest>): void {
  if (plan === null || overrides?.queue_soft === undefined) return;
  const hard = overrides.queue_hard ?? PLANS[plan].queue_hard;
  if (overrides.queue_soft <= hard) return;
  const message = `${overrides.queue_soft} is above queue_hard, which is ${hard} in the plan ${plan}: set that as well, or write ${hard} or less`;
  throw new Problem('invalid_request', 'queue_soft would never be reached.', { errors: [{ code: 'out_of_order', message, path: 'overrides.queue_soft' }] });
}

function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

async function view({ env, stores, tenant }: Call) {
  const { plan, quota } = await tenantQuota(env, tenant);
  const set = (await stores.tenants.get(tenant))?.quota;
  return { tenant, plan, is_default: set === undefined, overrides: set?.overrides ?? {}, quota, plans: PLANS };
}

function boundView({ bound, view: { in_flight, waiting, tokens } }: BoundInUse) {
  return {
    ...whose(bound),
    max_concurrent: bound.max ?? null,
    in_flight,
    waiting,
    rate: bound.rate ?? null,
    available: tokens,
    queue_soft: bound.soft,
    queue_hard: bound.hard,
  };
}

function waitingOf({ bound, view: { queue } }: BoundInUse) {
  const { of } = whose(bound);
  return queue.map(({ tenant: _, since, ...entry }) => ({ ...entry, of, since: instant(since) }));
}
