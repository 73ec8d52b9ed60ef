/** What every SecretProviderStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { SecretProviderRecord, SecretProviderStore } from '#storage/secret-provider-ports';

const record = (name: string, more: Partial<SecretProviderRecord> = {}): SecretProviderRecord => ({
  name,
  settings: { kind: 'aws', region: 'eu-central-1', access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
  credential: { sealed: `sealed ${name}`, sealed_by: 'm1' },
  created_at: 1_000,
  updated_at: 1_000,
  updated_by: 'admin',
  health: null,
  ...more,
});

export function describeSecretProviderStore(name: string, make: () => Promise<SecretProviderStore>): void {
  describe(`secret provider store: ${name}`, () => {
    it('keeps what was put last, and when it was made', async () => {
      const store = await make();
      await store.put('acme', record('b'));
      await store.put('acme', record('a'));
      await store.put('acme', record('b', { created_at: 9, updated_at: 2_000, updated_by: 'key:1', settings: { kind: 'gcp', project: 'shop' } }));
      expect((await store.list('acme')).map((each) => each.name)).toEqual(['a', 'b']);
      expect(await store.get('acme', 'b')).toEqual(record('b', { updated_at: 2_000, updated_by: 'key:1', settings: { kind: 'gcp', project: 'shop' } }));
    });

    it('is of one company', async () => {
      const store = await make();
      await store.put('acme', record('a'));
      expect(await store.get('globex', 'a')).toBeNull();
      expect(await store.list('globex')).toEqual([]);
      expect(await store.remove('globex', 'a')).toBe(false);
      await store.note('globex', record('a'), { at: 5, problem: null });
      expect(await store.get('acme', 'a')).toEqual(record('a'));
      expect([await store.remove('acme', 'a'), await store.remove('acme', 'a')]).toEqual([true, false]);
    });

    it('notes how it is, unless it was changed meanwhile', async () => {
      const store = await make();
      await store.put('acme', record('a'));
      const health = { at: 5, problem: { code: 'secret_store_refused', detail: 'no' } };
      await store.note('acme', { name: 'a', updated_at: 999 }, health);
      expect((await store.get('acme', 'a'))?.health).toBeNull();
      await store.note('acme', record('a'), health);
      expect((await store.get('acme', 'a'))?.health).toEqual(health);
      await store.note('acme', record('a'), { at: 6, problem: null });
      expect((await store.get('acme', 'a'))?.health).toEqual({ at: 6, problem: null });
      await store.put('acme', record('a', { updated_at: 2_000 }));
      expect((await store.get('acme', 'a'))?.health).toBeNull();
    });
  });
}
