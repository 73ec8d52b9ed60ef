/** Another region, as it speaks to the one of the tests: for itself, or for a person or key of a tenant that is at home there. */
import { env } from 'cloudflare:workers';
import { PASSPORT_HEADER } from '#contracts/peer';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { servePeer } from '#workers/regions/door';
import { passportFor } from '#workers/regions/passport';
import { call, type Options, type Reply } from './api-client';

const region = env as unknown as RegionEnv;
const eu = { ...region, REGION: 'eu' };

export async function asPeer(tenant: string, method: string, path: string, body: unknown, bindings: Partial<RegionEnv> = {}): Promise<Response> {
  const url = new URL(`https://region.internal/peer/v1${path}`);
  const passport = await passportFor('us', method, url.pathname, { tenant }, eu);
  const headers = { [PASSPORT_HEADER]: passport, 'content-type': 'application/json' };
  return servePeer(new Request(url, { method, headers, body: JSON.stringify(body) }), url, { ...region, ...bindings });
}

/** A call of the API that an owner of the tenant has made at home, handed over. */
export async function asGuest(tenant: string, method: string, path: string, options: Options = {}, role: 'owner' | 'viewer' = 'owner'): Promise<Reply> {
  const actor: Actor = {
    ...{ kind: 'key', id: 'key_1', tenant, by: 'key:key_1', scopes: null, platform: false },
    grants: { company: role, organizations: {}, projects: {} },
  };
  const passport = await passportFor('us', method, `/api/v1${path.split('?')[0]}`, { tenant, actor }, eu);
  return call(method, path, { key: null, ...options, headers: { [PASSPORT_HEADER]: passport, ...options.headers } });
}
