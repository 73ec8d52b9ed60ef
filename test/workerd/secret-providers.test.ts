/** Stores of secrets elsewhere over the API, on D1, with a Vault beside the runtime: what goes in never comes out. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { D1SecretProviders } from '#storage/d1-secret-providers';
import type { RegionEnv } from '#workers/env';
import { secretsOf } from '#workers/secrets/secrets-of';
import { describeSecretProviderStore } from '../conformance/secret-providers';
import { call } from './api-client';
import { keyOf, twoCompanies } from './companies';

const region = env as unknown as RegionEnv;
const { settings, credential, desk } = inject('vault');
const VAULT = { ...settings, name: 'vault', credential };
const keys: Record<string, string> = {};

async function empty(): Promise<D1Database> {
  await env.DB.prepare('DELETE FROM secret_providers').run();
  for (const tenant of ['acme', 'globex']) secretsOf(region).companyStores.forget(tenant);
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
beforeEach(async () => {
  await empty();
  await set({ down: false });
});

const set = (order: object) => fetch(desk, { method: 'POST', body: JSON.stringify(order) });
const admin = (method: string, path: string, body?: unknown) => call(method, path, { key: keys['acme admin'], body });
const value = (name: string, tenant = 'acme') => secretsOf(region).all.get({ tenant, environment: 'production' }, name);

describeSecretProviderStore('D1', async () => new D1SecretProviders(await empty()));

describe('/secret-providers', () => {
  it('are added, asked, listed, changed and removed, and show no credential', async () => {
    const made = await admin('POST', '/secret-providers', VAULT);
    expect([made.status, made.body]).toMatchObject([
      201,
      { name: 'vault', kind: 'vault', health: { status: 'ok' }, updated_by: expect.stringMatching(/^key:/) },
    ]);
    await set({ put: { 'payments/stripe': { key: 'sk_live_4c1b' } } });
    expect(await value('vault:payments/stripe#key')).toBe('sk_live_4c1b');
    expect(await value('vault:payments/stripe#key', 'globex')).toBeUndefined();

    const again = await admin('POST', '/secret-providers', VAULT);
    expect([again.status, again.body.code]).toEqual([409, 'secret_provider_exists']);
    const { name: _, credential: __, ...rest } = VAULT;
    const changed = await admin('PUT', '/secret-providers/vault', { ...rest, search: 'payments/stripe' });
    expect([changed.status, changed.body]).toMatchObject([200, { search: 'payments/stripe', health: { status: 'ok' } }]);
    expect(await value('key')).toBe('sk_live_4c1b');

    await set({ down: true });
    const down = await admin('POST', '/secret-providers/vault/check');
    expect(down.body).toMatchObject({ health: { status: 'failing', code: 'secret_store_unavailable', detail: expect.stringContaining('503') } });
    const list = await admin('GET', '/secret-providers');
    expect(list.body.items).toMatchObject([{ name: 'vault', health: { status: 'failing' } }]);

    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM secret_providers').all()).results);
    const audit = JSON.stringify((await admin('GET', '/audit')).body);
    expect(audit).toContain('PUT /secret-providers/{store}');
    for (const text of [made, again, changed, down, list].map((reply) => JSON.stringify(reply.body)).concat(stored, audit)) {
      expect(text).not.toContain(credential);
      expect(text).not.toContain('sk_live_4c1b');
    }
    expect((await admin('DELETE', '/secret-providers/vault')).status).toBe(204);
    expect(await value('vault:payments/stripe#key')).toBeUndefined();
  });

  it('want the credential again where it would go to another address', async () => {
    await admin('POST', '/secret-providers', VAULT);
    const { name: _, credential: __, ...rest } = VAULT;
    for (const bent of [{ address: 'http://127.0.0.1:9' }, { namespace: 'other' }, { auth: { method: 'token' } }, { mount: 'kv' }]) {
      const reply = await admin('PUT', '/secret-providers/vault', { ...rest, ...bent });
      expect([bent, reply.status, reply.body.errors?.[0]?.path]).toEqual([bent, 400, 'credential']);
    }
    const other = await admin('PUT', '/secret-providers/vault', { kind: 'gcp', project: 'shop' });
    expect([other.status, other.body.detail]).toMatchObject([400, expect.stringContaining('kind')]);
    expect((await admin('GET', '/secret-providers')).body.items).toMatchObject([
      { address: VAULT.kind === 'vault' ? VAULT.address : '', health: { status: 'ok' } },
    ]);
  });

  it('are sealed anew by a rotation', async () => {
    await admin('POST', '/secret-providers', VAULT);
    const before = await env.DB.prepare('SELECT sealed, sealed_by FROM secret_providers').first();
    const next = { SECRETS_KEY: 'bmV4dC1zZWNyZXRzLWtleS1uZXh0LXNlY3JldHMta2U=', SECRETS_KEY_PREVIOUS: region.SECRETS_KEY! };
    const rotated = await call('POST', '/secrets/rotate', { key: keys['acme admin'], bindings: next });
    expect([rotated.status, rotated.body.rotated]).toEqual([200, 1]);
    const after = await env.DB.prepare('SELECT sealed, sealed_by FROM secret_providers').first();
    expect(after!.sealed_by).not.toBe(before!.sealed_by);
    await env.DB.prepare('DELETE FROM data_keys').run();
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['a name with a dot', 'POST', '/secret-providers', { ...VAULT, name: 'a.b' }, 400, 'invalid_request'],
    ['no credential', 'POST', '/secret-providers', { ...VAULT, credential: undefined }, 400, 'invalid_request'],
    ['a kind that nobody knows', 'POST', '/secret-providers', { ...VAULT, kind: 'keepass' }, 400, 'invalid_request'],
    ['an address that is none', 'POST', '/secret-providers', { ...VAULT, address: 'file:///etc/passwd' }, 400, 'invalid_request'],
    ['a mount that climbs', 'POST', '/secret-providers', { ...VAULT, mount: '../sys' }, 400, 'invalid_request'],
    [
      'a region that is an address',
      'POST',
      '/secret-providers',
      { kind: 'aws', name: 'a', region: 'x.example/', access_key_id: 'AKIAIOSFODNN7EXAMPLE', credential: 'x' },
      400,
      'invalid_request',
    ],
    ['a key too many', 'POST', '/secret-providers', { ...VAULT, tenant: 'globex' }, 400, 'invalid_request'],
    ['one that is not there', 'PUT', '/secret-providers/none', settings, 404, 'unknown_secret_provider'],
    ['to ask one that is not there', 'POST', '/secret-providers/none/check', undefined, 404, 'unknown_secret_provider'],
    ['to remove one that is not there', 'DELETE', '/secret-providers/none', undefined, 404, 'unknown_secret_provider'],
  ])('refuse %s', async (_name, method, path, body, status, code) => {
    const reply = await admin(method, path, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect((await admin('GET', '/secret-providers')).body.items).toEqual([]);
  });

  it('have a bound', async () => {
    const store = new D1SecretProviders(env.DB);
    for (let at = 0; at < 10; at++) {
      const of = { sealed: 'x', sealed_by: 'm' };
      await store.put('acme', { name: `s${at}`, settings, credential: of, created_at: 1, updated_at: 1, updated_by: 'a', health: null });
    }
    expect((await admin('POST', '/secret-providers', VAULT)).body.code).toBe('too_many_secret_providers');
  });

  it('are for admins, and of the own company only', async () => {
    await admin('POST', '/secret-providers', VAULT);
    for (const [method, path, body] of [
      ['GET', '/secret-providers'],
      ['POST', '/secret-providers', { ...VAULT, name: 'other' }],
      ['PUT', '/secret-providers/vault', settings],
      ['POST', '/secret-providers/vault/check'],
      ['DELETE', '/secret-providers/vault'],
    ] as const) {
      expect((await call(method, path, { key: keys['acme editor'], body })).body.code).toBe('forbidden');
    }
    expect((await call('GET', '/secret-providers', { key: keys['globex owner'] })).body.items).toEqual([]);
    expect((await call('DELETE', '/secret-providers/vault', { key: keys['globex owner'] })).status).toBe(404);
  });

  it('are saved, and failing, where the credential is not taken', async () => {
    const made = await admin('POST', '/secret-providers', { ...VAULT, credential: 'hunter2-hunter2' });
    expect([made.status, made.body.health]).toMatchObject([201, { status: 'failing', code: 'secret_store_refused' }]);
    expect(JSON.stringify(made.body)).not.toContain('hunter2');
  });
});
