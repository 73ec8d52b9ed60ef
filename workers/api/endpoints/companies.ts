/** Companies, the tenants of the platform: the regional half. The router keeps which region has which. */
import { companyPage, companySchema, createCompanyRequest } from '#contracts/api';
import { listQuery } from '#contracts/api-parts';
import { LIMITS } from '#contracts/limits';
import type { Move } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { Tenant } from '#storage/platform-ports';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import type { RegionEnv } from '#workers/env';
import { movingProblem } from '#workers/moving/late';
import { moverOf } from '#workers/moving/ports';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

const TAG = 'Platform';

const create = endpoint({
  route: 'POST /companies',
  tag: TAG,
  summary: 'Make a company',
  description: 'A company is a tenant with one region, in which all that is its own stays. Needs the key of the platform.',
  body: createCompanyRequest,
  answer: companySchema,
  answers: { 201: { description: 'Made', schema: companySchema } },
  problems: ['tenant_exists', 'region_unavailable', 'invalid_json'],
  async handle(call) {
    const { name, slug, region } = call.body;
    if (region !== call.env.REGION) throw new Problem('invalid_request', `region: this is the region ${call.env.REGION}, not ${region}.`);
    const exists = () => new Problem('tenant_exists', `A tenant ${slug} exists.`);
    // Before anything: what is known of a move belongs to it.
    if (await call.stores.tenants.get(slug)) throw exists();
    // In the middle of a move its row is in neither region, and the router may not have heard of the new one yet.
    if (await isOnItsWay(call.env, slug)) throw movingProblem(slug);
    // Somebody of this name may have moved away from here once; what comes after them would go to the new one.
    await call.stores.moves.remove(slug);
    // First, so that no company is there without them.
    await call.stores.hierarchy.begin(slug, call.now);
    const tenant: Tenant = { slug, name, region, created_at: call.now };
    if (!(await call.stores.tenants.create(tenant))) throw exists();
    return { body: view(tenant) };
  },
});

const list = endpoint({
  route: 'GET /companies',
  tag: TAG,
  summary: 'List companies',
  description: 'With the key of the platform all of this region; otherwise the own one.',
  query: listQuery,
  answer: companyPage,
  answers: { 200: { description: 'By slug', schema: companyPage } },
  problems: ['invalid_cursor'],
  anyTenant: true,
  async handle({ stores, actor, query }) {
    if (!actor.platform) {
      const own = await stores.tenants.get(actor.tenant);
      return { body: { items: own ? [view(own)] : [], next_cursor: null } };
    }
    const page = await stores.tenants.list({ limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    return { body: { items: page.items.map(view), next_cursor: page.next_cursor } };
  },
});

export const companyEndpoints: AnyEndpoint[] = [create, list];

/** Whether a move of a company of this name is under way, from this region or to it. Throws Problem('region_unavailable'). */
async function isOnItsWay(env: RegionEnv, slug: string): Promise<boolean> {
  const standing = await storesOf(env).moves.standing(slug);
  if (!standing) return false;
  if (standing.status !== 'arriving') return (await moverOf(env, slug).progress()) !== null;
  return (await new Peer(env, standing.peer, slug).ask<{ move: Move | null }>('GET', '/move-progress')).move !== null;
}

function view({ slug, name, region, created_at }: Tenant) {
  return { id: slug, name, slug, region, created_at: instant(created_at) };
}
