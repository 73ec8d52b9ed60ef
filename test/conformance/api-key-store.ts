/** What every ApiKeyStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { ApiKey, ApiKeyStore } from '#storage/platform-ports';

const key = (id: string, tenant = 'acme'): ApiKey => ({ id, tenant, role: 'editor', name: 'ci', prefix: `wfk_${tenant}_abcd`, created_at: 1_000 });

export function describeApiKeyStore(name: string, make: () => Promise<ApiKeyStore>): void {
  describe(`api key store: ${name}`, () => {
    it('finds a key by its hash and by its id', async () => {
      const store = await make();
      await store.create(key('key_1'), 'h1');
      expect(await store.byHash('h1')).toEqual(key('key_1'));
      expect(await store.byId('acme', 'key_1')).toEqual(key('key_1'));
      expect(await store.byHash('h2')).toBeNull();
      expect(await store.byId('globex', 'key_1')).toBeNull();
    });

    it('forgets a removed key at once', async () => {
      const store = await make();
      await store.create(key('key_1'), 'h1');
      await store.byHash('h1');
      await store.byId('acme', 'key_1');
      expect(await store.remove('globex', 'key_1')).toBe(false);
      expect(await store.remove('acme', 'key_1')).toBe(true);
      expect(await store.remove('acme', 'key_1')).toBe(false);
      expect(await store.byHash('h1')).toBeNull();
      expect(await store.byId('acme', 'key_1')).toBeNull();
    });

    it('lists the keys of one tenant, page by page', async () => {
      const store = await make();
      for (const [i, id] of ['key_c', 'key_a', 'key_b'].entries()) await store.create(key(id), `h${i}`);
      await store.create(key('key_z', 'globex'), 'h9');
      const first = await store.list('acme', { limit: 2 });
      const second = await store.list('acme', { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((one) => one.id)).toEqual(['key_a', 'key_b', 'key_c']);
      expect(second.next_cursor).toBeNull();
    });
  });
}
