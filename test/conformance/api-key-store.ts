/** What every ApiKeyStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { ApiKey, ApiKeyStore } from '#storage/access-ports';

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

    it('keeps what a key is limited to', async () => {
      const store = await make();
      const limited: ApiKey = {
        id: 'key_1',
        tenant: 'acme',
        name: 'ci',
        prefix: 'wfk_acme_abcd',
        created_at: 1_000,
        created_by: 'user:usr_1',
        scopes: ['executions:read'],
        project: 'prj_1',
        service_account: 'svc_1',
        expires_at: 9_000,
      };
      await store.create(limited, 'h1');
      expect(await store.byHash('h1')).toEqual(limited);
      await store.create(key('key_2'), 'h2');
      expect((await store.list('acme', { limit: 9, project: 'prj_1' })).items).toEqual([limited]);
      expect((await store.list('acme', { limit: 9, service_account: 'svc_2' })).items).toEqual([]);
      await store.used('globex', 'key_1', 5_000);
      expect(await store.byId('acme', 'key_1')).toEqual(limited);
      await store.used('acme', 'key_1', 5_000);
      expect(await store.byId('acme', 'key_1')).toEqual({ ...limited, last_used_at: 5_000 });
      expect(await store.byHash('h1')).toEqual({ ...limited, last_used_at: 5_000 });
    });

    it('tells which keys run out within a week, each until that has been told', async () => {
      const store = await make();
      const DAY = 86_400_000;
      const until = (id: string, expires_at: number, tenant?: string): ApiKey => ({ ...key(id, tenant), created_at: 0, expires_at });
      await store.create(until('key_later', 20 * DAY), 'h1');
      await store.create(until('key_2', 10 * DAY), 'h2');
      await store.create(until('key_1', 9 * DAY, 'globex'), 'h3');
      await store.create(until('key_week', 7 * DAY), 'h4');
      await store.create(key('key_ever'), 'h5');
      await store.create(until('key_old', 10 * DAY), 'h6');
      await store.replace('acme', 'key_old', 4 * DAY, until('key_new', 30 * DAY), 'h7');
      const claimed = async (now: number, limit = 9) => (await store.claimExpiring(now, now + 10, limit)).map(({ id }) => id);
      expect(await claimed(2 * DAY - 1)).toEqual([]);
      expect(await claimed(3 * DAY, 1)).toEqual(['key_1']);
      expect(await claimed(3 * DAY + 1)).toEqual(['key_2']);
      expect(await claimed(3 * DAY + 2)).toEqual([]);
      await store.told('globex', 'key_2');
      await store.told('acme', 'key_2');
      expect(await claimed(3 * DAY + 20)).toEqual(['key_1']);
      await store.told('globex', 'key_1');
      await store.remove('acme', 'key_later');
      expect(await claimed(22 * DAY)).toEqual([]);
      expect(await claimed(23 * DAY)).toEqual(['key_new']);
    });

    it('puts a key in the place of another, once, and lets the old one work on for a while', async () => {
      const store = await make();
      await store.create({ ...key('key_1'), expires_at: 3_000 }, 'h1');
      await store.byHash('h1');
      expect(await store.replace('globex', 'key_1', 5_000, key('key_2', 'globex'), 'h2')).toBe(false);
      expect(await store.byHash('h2')).toBeNull();
      expect(await store.replace('acme', 'key_1', 5_000, { ...key('key_2'), scopes: ['audit:read'] }, 'h2')).toBe(true);
      expect(await store.byHash('h1')).toEqual({ ...key('key_1'), expires_at: 3_000, replaced_by: 'key_2' });
      expect(await store.byHash('h2')).toEqual({ ...key('key_2'), scopes: ['audit:read'] });
      expect(await store.replace('acme', 'key_1', 5_000, key('key_3'), 'h3')).toBe(false);
      expect(await store.byHash('h3')).toBeNull();
      expect(await store.replace('acme', 'key_2', 5_000, key('key_3'), 'h3')).toBe(true);
      expect(await store.byId('acme', 'key_2')).toMatchObject({ expires_at: 5_000, replaced_by: 'key_3' });
    });

    it('removes the keys of an account, of a project, and of an organization', async () => {
      const store = await make();
      await store.create({ ...key('key_1'), service_account: 'svc_1' }, 'h1');
      await store.create({ ...key('key_2'), project: 'prj_1' }, 'h2');
      await store.create({ ...key('key_3', 'globex'), project: 'prj_1' }, 'h3');
      await store.create({ ...key('key_4'), organization: 'org_1' }, 'h4');
      await store.create({ ...key('key_5'), organization: 'org_2' }, 'h5');
      await store.byHash('h1');
      await store.removeOfAccount('acme', 'svc_1');
      await store.removeOfPlace('acme', { level: 'project', id: 'prj_1' });
      await store.removeOfPlace('acme', { level: 'organization', id: 'org_1' });
      expect(await store.byHash('h1')).toBeNull();
      expect(await store.byHash('h2')).toBeNull();
      expect(await store.byHash('h3')).not.toBeNull();
      expect(await store.byHash('h4')).toBeNull();
      expect((await store.list('acme', { limit: 9, organization: 'org_2' })).items).toEqual([{ ...key('key_5'), organization: 'org_2' }]);
      expect((await store.list('acme', { limit: 9, organization: 'org_1' })).items).toEqual([]);
    });
  });
}
