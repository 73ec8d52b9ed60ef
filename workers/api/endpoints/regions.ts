/** The regions of a tenant: its home, and those where executions of its live. */
import { clearedRegionSchema, clearRegionRequest, tenantRegionsRequest, tenantRegionsSchema } from '#contracts/api-regions';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import { clearRegion, noteCleared } from '#workers/regions/clearing';
import { platformHealth } from '#workers/regions/platform';
import { openEverywhere } from '#workers/regions/replicate';

const TAG = 'Platform';

const get = endpoint({
  route: 'GET /tenants/{tenant}/regions',
  tag: TAG,
  summary: 'Regions of a tenant',
  answer: tenantRegionsSchema,
  answers: { 200: { description: 'Home and other regions', schema: tenantRegionsSchema } },
  problems: ['unknown_tenant', 'region_unavailable'],
  async handle(call) {
    const own = ownTenant(call);
    await noteCleared(own.env, own.tenant);
    return { body: await view(own) };
  },
});

const put = endpoint({
  route: 'PUT /tenants/{tenant}/regions',
  tag: TAG,
  summary: 'Say what may leave the home region of a tenant',
  description:
    'With `cross-region` all that is deployed goes to every region at once. With `none` no execution can be started elsewhere; those that are there go on.',
  body: tenantRegionsRequest,
  answer: tenantRegionsSchema,
  answers: { 200: { description: 'As it is now', schema: tenantRegionsSchema } },
  problems: ['unknown_tenant', 'region_unavailable'],
  async handle(call) {
    const { stores, tenant, env, body, note } = ownTenant(call);
    note.before = { replication: await stores.links.replication(tenant) };
    note.after = { replication: body.replication };
    await stores.links.setReplication(tenant, body.replication);
    if (body.replication === 'cross-region') await openEverywhere(env, tenant);
    return { body: await view(call) };
  },
});

const clear = endpoint({
  route: 'POST /tenants/{tenant}/regions/{region}/clear',
  tag: TAG,
  summary: 'Erase what lives in a region that is not the home',
  description:
    'Executions that live there, running ones where they stand, databases, files, definitions: all that is there of the tenant, with a certificate in that region. The home keeps everything of its own. Nothing may leave the home then (`replication: none`). The same call again answers how far it is.',
  body: clearRegionRequest,
  answer: clearedRegionSchema,
  answers: { 202: { description: 'It has begun, or is done', schema: clearedRegionSchema } },
  problems: ['unknown_tenant', 'not_found', 'invalid_json', 'region_in_use', 'region_unavailable'],
  async handle(call) {
    const { env, tenant, body, actor, params, now } = ownTenant(call);
    if (body.confirm !== tenant)
      throw new Problem('invalid_request', 'confirm: the slug of the tenant, letter by letter.', {
        errors: [{ code: 'not_confirmed', message: `write ${tenant}`, path: 'confirm' }],
      });
    const { region, at, by, done } = await clearRegion(env, tenant, params.region!, actor.by, now);
    const order = { tenant, region, requested_by: by, requested_at: instant(at) };
    return { body: done ? { ...order, status: 'completed' as const, erased: done.erased } : { ...order, status: 'erasing' as const } };
  },
});

export const regionEndpoints: AnyEndpoint[] = [get, put, clear];

async function view({ stores, tenant, env }: Call) {
  const [replication, outposts, health] = await Promise.all([stores.links.replication(tenant), stores.links.outposts(tenant), platformHealth(env)]);
  return {
    tenant,
    home: env.REGION,
    replication,
    regions: [
      { region: env.REGION, role: 'home' as const, current: true },
      ...outposts.map(({ region, since, wanted, sent, clearing }) => ({
        region,
        role: 'executions' as const,
        since: instant(since),
        current: sent >= wanted,
        ...(clearing ? { clearing: { requested_at: instant(clearing.at), requested_by: clearing.by } } : {}),
      })),
    ],
    platform_regions: Object.keys(health),
    health,
  };
}
