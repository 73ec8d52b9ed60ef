/** Which value holds: the tenant's own, the operator's, stores of the application, stores of the company. */
import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import { MemorySecretProviders } from '#storage/memory/secret-providers';
import type { SecretProviderRecord } from '#storage/secret-provider-ports';
import { createHttp } from '#workers/egress/http';
import { applicationStores } from '#workers/secrets/application-stores';
import { CompanyStores } from '#workers/secrets/company-stores';
import { fillSecrets, secretRefsIn } from '#workers/secrets/fill';
import { envSecrets, firstOf } from '#workers/secrets/providers';
import { StoreReader } from '#workers/secrets/stores/reader';
import { describeSecretProviderStore } from '../../conformance/secret-providers';
import { AwsStandIn } from '../../peers/secret-stores/aws';
import type { SecretServer } from '../../peers/secret-stores/server';
import { VaultStandIn } from '../../peers/secret-stores/vault';

describeSecretProviderStore('memory', async () => new MemorySecretProviders());

const owner = { tenant: 'acme', environment: 'staging', definition: 'd1' };

async function world(env: object = {}) {
  let now = 1_000_000;
  const vault = new VaultStandIn('https://vault.example', () => now, { method: 'approle' });
  const aws = new AwsStandIn('https://aws.example', () => now);
  const servers: Record<string, SecretServer> = { 'vault.example': vault, 'aws.example': aws };
  const fetch = ((url: string, init: RequestInit) => servers[new URL(url).host]!.answer(new Request(url, init))) as typeof globalThis.fetch;
  const reader = new StoreReader({
    http: () => createHttp({ hosted: true, secure: true, aliases: new Map(), fetch }, new AbortController().signal),
    now: () => now,
  });
  const records = new MemorySecretProviders();
  const record = (name: string, server: SecretServer, search?: string): SecretProviderRecord => ({
    name,
    settings: { ...server.settings, ...(search === undefined ? {} : { search }) },
    credential: { sealed: server.credential, sealed_by: 'm1' },
    created_at: 1,
    updated_at: 1,
    updated_by: 'admin',
    health: null,
  });
  await records.put('acme', record('aws', aws, 'apps/{environment}'));
  const own = envSecrets(env);
  const companyStores = new CompanyStores({ records, credential: async (_, { credential }) => credential.sealed, reader, now: () => now });
  const definition = {
    secret_stores: {
      vault: {
        settings: { kind: 'vault', address: 'https://vault.example', auth: { method: 'approle', role_id: '${ROLE}' }, search: 'apps/shop' },
        credential: '${SECRET_ID}',
      },
    },
  } as unknown as Definition;
  const stores = applicationStores({ definition: async (tenant, hash) => (tenant === 'acme' && hash === 'd1' ? definition : null), reader, credentials: own });
  return { vault, aws, records, record, companyStores, all: firstOf(own, stores, companyStores), pass: (ms: number) => (now += ms) };
}

const vaultKeys = (vault: VaultStandIn) => ({
  SECRET_ACME_SECRET_ID: vault.credential,
  VAR_ROLE: vault.settings.auth.method === 'approle' ? vault.settings.auth.role_id : '',
});

async function filledWorld() {
  const { vault } = await world();
  return world({ ...vaultKeys(vault), SECRET_ACME_OWN: 'own' });
}

describe('a name alone', () => {
  it('is looked for where it is nearest', async () => {
    const { all, vault, aws } = await filledWorld();
    vault.put('apps/shop', { OWN: 'of vault', MINE: 'of vault' });
    aws.put('apps/staging', { OWN: 'of aws', MINE: 'of aws', OURS: 'of aws' });
    expect(await Promise.all(['OWN', 'MINE', 'OURS', 'NOBODYS'].map((name) => all.get(owner, name)))).toEqual(['own', 'of vault', 'of aws', undefined]);
    // Another environment has another secret there, another application no module, another company nothing.
    expect(await all.get({ ...owner, environment: 'production' }, 'OURS')).toBeUndefined();
    expect(await all.get({ tenant: 'acme', environment: 'staging' }, 'MINE')).toBe('of aws');
    expect(await all.get({ ...owner, tenant: 'globex' }, 'MINE')).toBeUndefined();
  });
});

describe('a name in a store', () => {
  it('is read from that store alone', async () => {
    const { all, vault, aws } = await filledWorld();
    vault.put('payments/stripe', { key: 'sk_vault' });
    aws.put('payments/stripe', { key: 'sk_aws' });
    aws.put('whole', '{"a":1}');
    const names = ['vault:payments/stripe#key', 'aws:payments/stripe#key', 'vault:payments/stripe', 'aws:whole', 'aws:whole#a', 'aws:whole#b', 'gone:x'];
    expect(await Promise.all(names.map((name) => all.get(owner, name)))).toEqual(['sk_vault', 'sk_aws', 'sk_vault', '{"a":1}', '1', undefined, undefined]);
  });

  it('is filled in where the settings name it, and missed with words', async () => {
    const { all, aws } = await filledWorld();
    aws.put('a/b', { c: 'sk_filled' });
    const input = { header: 'Bearer ${aws:a/b#c}', shell: '${X:-y} ${X:0:3}' };
    expect((await fillSecrets(input, secretRefsIn(input), owner, all)).input).toEqual({ header: 'Bearer sk_filled', shell: '${X:-y} ${X:0:3}' });
    const missing = { a: '${aws:a/b#nothing}' };
    await expect(fillSecrets(missing, secretRefsIn(missing), owner, all)).rejects.toMatchObject({
      code: 'secret_missing',
      message: expect.stringContaining('no field nothing in a secret a/b in the store aws'),
    });
  });
});

describe('a store of the application', () => {
  it('says which of its settings is missing, or wrong once it is filled in', async () => {
    const { all } = await world();
    await expect(all.get(owner, 'vault:a')).rejects.toMatchObject({ code: 'secret_missing', message: expect.stringContaining('ROLE is not set') });
    const bent = await world({ SECRET_ACME_SECRET_ID: 'x', VAR_ROLE: 'r'.repeat(400) });
    await expect(bent.all.get(owner, 'vault:a')).rejects.toMatchObject({
      code: 'secret_store_refused',
      message: expect.stringMatching(/^vault: .*auth\.role_id\.$/),
    });
  });
});

describe('a store of the company', () => {
  it('is noted as failing when it fails, and as well when it is', async () => {
    const { all, aws, records, pass } = await filledWorld();
    aws.put('a', 'x');
    await all.get(owner, 'aws:a');
    expect((await records.get('acme', 'aws'))?.health).toBeNull();
    aws.down = true;
    await expect(all.get(owner, 'aws:b')).rejects.toMatchObject({ code: 'secret_store_unavailable' });
    expect((await records.get('acme', 'aws'))?.health).toMatchObject({ at: 1_000_000, problem: { code: 'secret_store_unavailable' } });
    aws.down = false;
    pass(20_000);
    await all.get(owner, 'aws:b');
    expect((await records.get('acme', 'aws'))?.health).toEqual({ at: 1_020_000, problem: null });
  });

  it('that is changed elsewhere is seen a moment later, and at once where it was changed', async () => {
    const { all, aws, records, record, companyStores, pass } = await filledWorld();
    aws.put('a', 'x');
    expect(await all.get(owner, 'aws:a')).toBe('x');
    await records.remove('acme', 'aws');
    pass(10_001);
    expect(await all.get(owner, 'aws:a')).toBeUndefined();
    await records.put('acme', record('aws', aws));
    companyStores.forget('acme');
    expect(await all.get(owner, 'aws:a')).toBe('x');
  });
});

describe('a binding of the operator', () => {
  it('may be a secret of the Secrets Store', async () => {
    const provider = envSecrets({
      SECRET_ACME_A: { get: async () => 'of the store' },
      VAR_B: { get: () => Promise.reject(new Error('Secret "x" not found')) },
      VAR_C: { other: 1 },
    });
    expect(await provider.get(owner, 'A')).toBe('of the store');
    await expect(provider.get(owner, 'B')).rejects.toMatchObject({ code: 'secret_store_refused' });
    expect(await provider.get(owner, 'C')).toBeUndefined();
  });
});
