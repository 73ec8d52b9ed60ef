/** Secrets over the API, on D1: what goes in never comes out. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { D1Secrets } from '#storage/d1-secrets';
import type { RegionEnv } from '#workers/env';
import { vaultOf } from '#workers/secrets/vault-of';
import { describeSecretStore } from '../conformance/secret-store';
import { call } from './api-client';
import { keyOf, twoCompanies } from './companies';

const VALUE = 'sk_live_never_shown_41c7';
const keys: Record<string, string> = {};

async function empty(): Promise<D1Database> {
  await env.DB.batch(['secrets', 'data_keys'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  return env.DB;
}

beforeAll(async () => {
  await twoCompanies();
  for (const [tenant, role] of [
    ['acme', 'admin'],
    ['acme', 'editor'],
    ['globex', 'owner'],
  ] as const) {
    keys[`${tenant} ${role}`] = await keyOf(tenant, role);
  }
});
beforeEach(empty);

describeSecretStore('D1', async () => new D1Secrets(await empty()));

const admin = (method: string, path: string, body?: unknown) => call(method, path, { key: keys['acme admin'], body });
const reveal = (name: string, environment = 'production', tenant = 'acme') => vaultOf(env as unknown as RegionEnv).reveal({ tenant, name, environment });

describe('/secrets', () => {
  it('makes, lists, replaces and deletes, and shows no value', async () => {
    const made = await admin('POST', '/secrets', { name: 'STRIPE_KEY', value: VALUE });
    expect([made.status, made.body]).toMatchObject([201, { name: 'STRIPE_KEY', environment: null, version: 1 }]);
    expect(await reveal('STRIPE_KEY')).toBe(VALUE);
    const again = await admin('POST', '/secrets', { name: 'STRIPE_KEY', value: VALUE });
    expect([again.status, again.body.code]).toEqual([409, 'secret_exists']);
    const put = await admin('PUT', '/secrets/STRIPE_KEY', { value: `${VALUE}-staging`, environment: 'staging' });
    expect([put.status, put.body]).toMatchObject([200, { environment: 'staging', version: 1 }]);
    expect(await reveal('STRIPE_KEY', 'staging')).toBe(`${VALUE}-staging`);
    const list = await admin('GET', '/secrets');
    expect(list.body.items.map((item: { environment: string | null }) => item.environment)).toEqual([null, 'staging']);
    const rotated = await admin('POST', '/secrets/rotate');
    expect([rotated.status, rotated.body.rotated]).toEqual([200, 2]);
    expect(await reveal('STRIPE_KEY')).toBe(VALUE);
    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM secrets').all()).results);
    for (const text of [made, again, put, list, rotated].map((reply) => JSON.stringify(reply.body)).concat(stored)) expect(text).not.toContain(VALUE);
    expect((await admin('DELETE', '/secrets/STRIPE_KEY?environment=staging')).status).toBe(204);
    expect(await reveal('STRIPE_KEY', 'staging')).toBe(VALUE);
    expect((await admin('DELETE', '/secrets/STRIPE_KEY')).status).toBe(204);
    expect(await reveal('STRIPE_KEY')).toBeUndefined();
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['a name with a hyphen', 'POST', '/secrets', { name: 'A-B', value: 'x' }, 400, 'invalid_request'],
    ['a name in the path that begins with a digit', 'PUT', '/secrets/1A', { value: 'x' }, 400, 'invalid_request'],
    ['a prototype for a name', 'PUT', '/secrets/__proto__', { value: 'x' }, 400, 'invalid_request'],
    ['no value', 'PUT', '/secrets/A', {}, 400, 'invalid_request'],
    ['an empty value', 'PUT', '/secrets/A', { value: '' }, 400, 'invalid_request'],
    ['a value too long', 'PUT', '/secrets/A', { value: 'é'.repeat(9000) }, 400, 'invalid_request'],
    ['a key too many', 'PUT', '/secrets/A', { value: 'x', tenant: 'globex' }, 400, 'invalid_request'],
    ['an environment that is no slug', 'PUT', '/secrets/A', { value: 'x', environment: 'No Env' }, 400, 'invalid_request'],
    ['one that is not there', 'DELETE', '/secrets/NOPE', undefined, 404, 'not_found'],
  ])('refuses %s', async (_name, method, path, body, status, code) => {
    const reply = await admin(method, path, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect((await admin('GET', '/secrets')).body.items).toEqual([]);
  });

  it('is for admins, and for the own tenant only', async () => {
    await admin('POST', '/secrets', { name: 'K', value: VALUE });
    for (const [method, path, body] of [
      ['GET', '/secrets'],
      ['PUT', '/secrets/K', { value: 'x' }],
      ['DELETE', '/secrets/K'],
      ['POST', '/secrets/rotate'],
    ] as const) {
      expect((await call(method, path, { key: keys['acme editor'], body })).body.code).toBe('forbidden');
    }
    expect((await call('GET', '/secrets', { key: keys['globex owner'] })).body.items).toEqual([]);
    expect((await call('DELETE', '/secrets/K', { key: keys['globex owner'] })).status).toBe(404);
    expect(await reveal('K', 'production', 'globex')).toBeUndefined();
    expect(await reveal('K')).toBe(VALUE);
  });
});
