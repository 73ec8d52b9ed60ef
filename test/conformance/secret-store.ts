/** What every SecretStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { DataKey, SealedSecret, SecretStore } from '#storage/platform-ports';

const secret = (name: string, more: Partial<SealedSecret> = {}): SealedSecret => ({
  name,
  environment: '',
  version: 1,
  data_key: 'dk_1',
  sealed: `sealed ${name}`,
  created_at: 1_000,
  updated_at: 1_000,
  updated_by: 'admin',
  ...more,
});
const key = (id: string, created_at: number): DataKey => ({ id, wrapped: `wrapped ${id}`, wrapped_by: 'm1', created_at });

export function describeSecretStore(name: string, make: () => Promise<SecretStore>): void {
  describe(`secret store: ${name}`, () => {
    it('finds the secret of the environment before the one for all', async () => {
      const store = await make();
      await store.put('acme', secret('K'));
      expect(await store.find('acme', 'K', 'staging')).toEqual(secret('K'));
      await store.put('acme', secret('K', { environment: 'staging', sealed: 'other' }));
      expect(await store.find('acme', 'K', 'staging')).toMatchObject({ environment: 'staging', sealed: 'other' });
      expect(await store.find('acme', 'K', 'production')).toMatchObject({ environment: '' });
      expect(await store.get('acme', 'K', 'production')).toBeNull();
      expect(await store.find('globex', 'K', 'staging')).toBeNull();
    });

    it('takes the next version only', async () => {
      const store = await make();
      expect(await store.put('acme', secret('K', { version: 2 }))).toBe(false);
      expect(await store.put('acme', secret('K'))).toBe(true);
      expect(await store.put('acme', secret('K', { sealed: 'again' }))).toBe(false);
      expect(await store.put('acme', secret('K', { version: 2, sealed: 'next', updated_at: 2_000, updated_by: 'key:1' }))).toBe(true);
      expect(await store.put('acme', secret('K', { version: 2, sealed: 'late' }))).toBe(false);
      expect(await store.get('acme', 'K', '')).toEqual(secret('K', { version: 2, sealed: 'next', updated_at: 2_000, updated_by: 'key:1' }));
      expect(await store.put('globex', secret('K', { version: 2 }))).toBe(false);
    });

    it('lists the secrets of one tenant without what is sealed, page by page', async () => {
      const store = await make();
      await store.put('acme', secret('B'));
      await store.put('acme', secret('A', { environment: 'staging' }));
      await store.put('acme', secret('A'));
      await store.put('globex', secret('Z'));
      const first = await store.list('acme', { limit: 2 });
      const second = await store.list('acme', { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((one) => [one.name, one.environment])).toEqual([
        ['A', ''],
        ['A', 'staging'],
        ['B', ''],
      ]);
      expect(second.next_cursor).toBeNull();
      for (const item of first.items) expect(Object.keys(item).sort()).toEqual(['created_at', 'environment', 'name', 'updated_at', 'updated_by', 'version']);
      expect(await store.count('acme')).toBe(3);
    });

    it('removes one and no other', async () => {
      const store = await make();
      await store.put('acme', secret('K'));
      await store.put('acme', secret('K', { environment: 'staging' }));
      expect(await store.remove('globex', 'K', '')).toBe(false);
      expect(await store.remove('acme', 'K', '')).toBe(true);
      expect(await store.remove('acme', 'K', '')).toBe(false);
      expect(await store.find('acme', 'K', 'staging')).not.toBeNull();
      expect(await store.put('acme', secret('K'))).toBe(true);
    });

    it('keeps the keys of tenants apart, the newest first', async () => {
      const store = await make();
      expect(await store.newestKey('acme')).toBeNull();
      await store.addKey('acme', key('dk_1', 1_000));
      await store.addKey('acme', key('dk_2', 2_000));
      await store.addKey('globex', key('dk_3', 3_000));
      expect(await store.newestKey('acme')).toEqual(key('dk_2', 2_000));
      expect(await store.key('acme', 'dk_1')).toEqual(key('dk_1', 1_000));
      expect(await store.key('acme', 'dk_3')).toBeNull();
    });

    it('puts resealed values in place, leaves what was set meanwhile, and forgets keys out of use', async () => {
      const store = await make();
      await store.addKey('acme', key('dk_0', 500));
      await store.addKey('acme', key('dk_1', 1_000));
      await store.put('acme', secret('A'));
      await store.put('acme', secret('B'));
      await store.put('acme', secret('B', { version: 2, sealed: 'newer' }));
      const resealed = [secret('A', { data_key: 'dk_9', sealed: 'anew' }), secret('B', { data_key: 'dk_9', sealed: 'stale' })];
      await store.reseal('acme', resealed, key('dk_9', 9_000));
      expect(await store.get('acme', 'A', '')).toEqual(secret('A', { data_key: 'dk_9', sealed: 'anew' }));
      expect(await store.get('acme', 'B', '')).toMatchObject({ version: 2, sealed: 'newer', data_key: 'dk_1' });
      expect(await store.key('acme', 'dk_0')).toBeNull();
      expect(await store.key('acme', 'dk_1')).not.toBeNull();
      expect(await store.newestKey('acme')).toEqual(key('dk_9', 9_000));
    });
  });
}
