/** The regions of a tenant: its home, and those where executions of its live. */
import { tenantRegionsRequest, tenantRegionsSchema } from '#contracts/api-regions';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
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
    return { body: await view(ownTenant(call)) };
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

export const regionEndpoints: AnyEndpoint[] = [get, put];

async function view({ stores, tenant, env }: Call) {
  const [replication, outposts, health] = await Promise.all([stores.links.replication(tenant), stores.links.outposts(tenant), platformHealth(env)]);
  return {
    tenant,
    home: env.REGION,
    replication,
    regions: [
      { region: env.REGION, role: 'home' as const, current: true },
      ...outposts.map(({ region, since, wanted, sent }) => ({ region, role: 'executions' as const, since: instant(since), current: sent >= wanted })),
    ],
    platform_regions: Object.keys(health),
    health,
  };
}
