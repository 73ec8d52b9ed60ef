import { describe, expect, it } from 'vitest';
import { IsolateCache } from '#storage/isolate-cache';
import { MemorySecrets } from '#storage/memory/secrets';
import { type MasterKeys, masterKeys, newDataKey, open, seal, unwrapDataKey } from '#workers/secrets/envelope';
import { envSecrets, firstOf, vaultSecrets } from '#workers/secrets/providers';
import { Vault } from '#workers/secrets/vault';

const KEY_A = btoa('a'.repeat(32));
const KEY_B = btoa('b'.repeat(32));
const failure = (call: () => Promise<unknown>) =>
  call().then(
    () => undefined,
    (error) => error as { code: string; message: string },
  );

function world(env: { SECRETS_KEY?: string; SECRETS_KEY_PREVIOUS?: string } = { SECRETS_KEY: KEY_A }, store = new MemorySecrets()) {
  const clock = { now: 1_000 };
  const cache = new IsolateCache<{ value: string } | null>({ max: 100, ttlMs: 10_000, now: () => clock.now });
  const vault = new Vault({ store, masters: (): Promise<MasterKeys> => masterKeys(env), cache, now: () => clock.now });
  return { vault, store, clock, cache };
}
const at = (name: string, environment = '', tenant = 'acme') => ({ tenant, name, environment });

describe('the envelope', () => {
  it('opens what it sealed, in its place only', async () => {
    const keys = await masterKeys({ SECRETS_KEY: KEY_A });
    const { key, ...wrapped } = await newDataKey(keys, 'acme/1');
    const again = await unwrapDataKey(keys, wrapped, 'acme/1');
    const sealed = await seal(key, 'sk_live_1', 'acme//K/1');
    expect(await open(again, sealed, 'acme//K/1')).toBe('sk_live_1');
    expect(await failure(() => open(again, sealed, 'globex//K/1'))).toMatchObject({ code: 'secrets_unavailable' });
    expect(await failure(() => unwrapDataKey(keys, wrapped, 'globex/1'))).toMatchObject({ code: 'secrets_unavailable' });
  });

  it('seals the same value differently each time, without the value in it', async () => {
    const keys = await masterKeys({ SECRETS_KEY: KEY_A });
    const { key } = await newDataKey(keys, 'x');
    const sealed = await Promise.all([seal(key, 'hunter2 hunter2', 'p'), seal(key, 'hunter2 hunter2', 'p')]);
    expect(sealed[0]).not.toBe(sealed[1]);
    for (const text of sealed) expect(atob(text)).not.toContain('hunter2');
  });

  it.each([
    ['no key', {}],
    ['no base64', { SECRETS_KEY: '%%%' }],
    ['a short key', { SECRETS_KEY: btoa('short') }],
    ['a short previous key', { SECRETS_KEY: KEY_A, SECRETS_KEY_PREVIOUS: btoa('short') }],
  ])('refuses %s, without naming it', async (_name, env) => {
    const error = await failure(() => masterKeys(env));
    expect(error).toMatchObject({ code: 'secrets_unavailable' });
    for (const value of Object.values(env)) if (value !== KEY_A) expect(error!.message).not.toContain(value);
  });

  it('takes base64 for URLs as well', async () => {
    const bytes = String.fromCharCode(...Array.from({ length: 32 }, () => 251));
    const url = btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    expect((await masterKeys({ SECRETS_KEY: url })).current.fingerprint).toBe((await masterKeys({ SECRETS_KEY: btoa(bytes) })).current.fingerprint);
  });
});

describe('the vault', () => {
  it('reveals what was set, of the environment before the one for all', async () => {
    const { vault } = world();
    await vault.set(at('K'), 'for all', 'admin');
    expect(await vault.reveal(at('K', 'staging'))).toBe('for all');
    await vault.set(at('K', 'staging'), 'of staging', 'admin');
    expect(await vault.reveal(at('K', 'staging'))).toBe('of staging');
    expect(await vault.reveal(at('K', 'production'))).toBe('for all');
    expect(await vault.reveal(at('K', 'production', 'globex'))).toBeUndefined();
  });

  it('counts versions, and keeps when it was made', async () => {
    const { vault, clock } = world();
    await vault.set(at('K'), 'one', 'admin');
    clock.now = 5_000;
    expect(await vault.set(at('K'), 'two', 'key:1')).toMatchObject({ version: 2, created_at: 1_000, updated_at: 5_000, updated_by: 'key:1' });
    expect(await vault.reveal(at('K', 'production'))).toBe('two');
    expect(await failure(() => vault.set(at('K'), 'three', 'admin', { onlyNew: true }))).toMatchObject({ code: 'secret_exists' });
    expect(await vault.reveal(at('K', 'production'))).toBe('two');
  });

  it('sees a change from elsewhere once its memory is over', async () => {
    const { vault, store, clock } = world();
    const elsewhere = world({ SECRETS_KEY: KEY_A }, store).vault;
    expect(await vault.reveal(at('K', 'production'))).toBeUndefined();
    await elsewhere.set(at('K'), 'new', 'admin');
    expect(await vault.reveal(at('K', 'production'))).toBeUndefined();
    clock.now += 10_001;
    expect(await vault.reveal(at('K', 'production'))).toBe('new');
    await elsewhere.remove(at('K'));
    clock.now += 10_001;
    expect(await vault.reveal(at('K', 'production'))).toBeUndefined();
  });

  it('a row moved to another tenant, name or environment does not open', async () => {
    const { vault, store, cache } = world();
    await vault.set(at('K'), 'mine', 'admin');
    const row = (await store.get('acme', 'K', ''))!;
    const key = (await store.newestKey('acme'))!;
    await store.addKey('globex', key);
    await store.put('globex', row);
    await store.put('acme', { ...row, name: 'OTHER' });
    cache.deletePrefix('');
    for (const place of [at('K', 'production', 'globex'), at('OTHER', 'production')]) {
      expect(await failure(() => vault.reveal(place))).toMatchObject({ code: 'secrets_unavailable' });
    }
  });

  it('of two that set it at once one is told so', async () => {
    const { vault } = world();
    await vault.set(at('K'), 'first', 'admin');
    const outcomes = await Promise.allSettled([vault.set(at('K'), 'left', 'a'), vault.set(at('K'), 'right', 'b')]);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]!.reason).toMatchObject({ code: 'secret_changed' });
  });

  it('rotates: another data key, wrapped by the current key of the platform, the same values', async () => {
    const store = new MemorySecrets();
    const before = world({ SECRETS_KEY: KEY_A }, store).vault;
    await before.set(at('K'), 'one', 'admin');
    await before.set(at('L', 'staging'), 'two', 'admin');
    const old = await store.newestKey('acme');
    const after = world({ SECRETS_KEY: KEY_B, SECRETS_KEY_PREVIOUS: KEY_A }, store).vault;
    expect(await after.rotate('acme')).toMatchObject({ rotated: 2 });
    expect(await store.key('acme', old!.id)).toBeNull();
    const later = world({ SECRETS_KEY: KEY_B }, store).vault;
    expect(await later.reveal(at('K', 'production'))).toBe('one');
    expect(await later.reveal(at('L', 'staging'))).toBe('two');
    expect(await failure(() => world({ SECRETS_KEY: KEY_A }, store).vault.reveal(at('K', 'production')))).toMatchObject({ code: 'secrets_unavailable' });
  });

  it('has a bound', async () => {
    const { vault, store } = world();
    store.count = async () => 500;
    expect(await failure(() => vault.set(at('K'), 'x', 'admin'))).toMatchObject({ code: 'too_many_secrets' });
  });
});

describe('providers', () => {
  it('ask the tenant before the operator', async () => {
    const { vault } = world();
    await vault.set(at('K'), 'own', 'admin');
    const provider = firstOf(
      vaultSecrets(() => vault),
      envSecrets({ VAR_K: 'shared', VAR_L: 'shared' }),
    );
    expect(await provider.get({ tenant: 'acme', environment: 'production' }, 'K')).toBe('own');
    expect(await provider.get({ tenant: 'acme', environment: 'production' }, 'L')).toBe('shared');
    expect(await provider.get({ tenant: 'globex', environment: 'production' }, 'K')).toBe('shared');
    expect(await provider.get({ tenant: 'globex', environment: 'production' }, 'M')).toBeUndefined();
  });

  it('a region without a key still has what the operator shares, and tenants have none', async () => {
    const { vault } = world({});
    const provider = firstOf(
      vaultSecrets(() => vault),
      envSecrets({ VAR_K: 'shared' }),
    );
    expect(await provider.get({ tenant: 'acme', environment: 'production' }, 'K')).toBe('shared');
    expect(await failure(() => vault.set(at('K'), 'x', 'admin'))).toMatchObject({ code: 'secrets_unavailable' });
  });
});
