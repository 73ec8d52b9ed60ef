/** What every TenantStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { Tenant, TenantStore } from '#storage/platform-ports';

const tenant = (slug: string): Tenant => ({ slug, name: `${slug} Corp`, region: 'us', created_at: 1_000 });

export function describeTenantStore(name: string, make: () => Promise<TenantStore>): void {
  describe(`tenant store: ${name}`, () => {
    it('finds what was made, once it was made', async () => {
      const store = await make();
      expect(await store.get('acme')).toBeNull();
      expect(await store.create(tenant('acme'))).toBe(true);
      expect(await store.get('acme')).toEqual(tenant('acme'));
    });

    it('makes a slug once', async () => {
      const store = await make();
      await store.create(tenant('acme'));
      expect(await store.create({ ...tenant('acme'), name: 'Other' })).toBe(false);
      expect((await store.get('acme'))?.name).toBe('acme Corp');
    });

    it('keeps what is set of a quota until it is taken back', async () => {
      const store = await make();
      await store.create(tenant('acme'));
      const quota = { plan: 'free' as const, overrides: { max_concurrent: 7, rate: null } };
      expect(await store.setQuota('acme', quota)).toBe(true);
      expect(await store.get('acme')).toEqual({ ...tenant('acme'), quota });
      expect(await store.setQuota('acme', null)).toBe(true);
      expect(await store.get('acme')).toEqual(tenant('acme'));
      expect(await store.setQuota('nobody', quota)).toBe(false);
    });

    it('lists by slug, page by page', async () => {
      const store = await make();
      for (const slug of ['c', 'a', 'b']) await store.create(tenant(slug));
      const first = await store.list({ limit: 2 });
      expect(first.items.map((one) => one.slug)).toEqual(['a', 'b']);
      const second = await store.list({ limit: 2, cursor: first.next_cursor! });
      expect(second).toEqual({ items: [tenant('c')], next_cursor: null });
    });
  });
}
