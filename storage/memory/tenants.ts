/** Memory twin of the tenants. */
import type { TenantQuota } from '#contracts/quota';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page, PageRequest, Tenant, TenantStore } from '#storage/platform-ports';

export class MemoryTenants implements TenantStore {
  readonly #tenants = new Map<string, Tenant>();

  async get(slug: string): Promise<Tenant | null> {
    return this.#tenants.get(slug) ?? null;
  }

  async create(tenant: Tenant): Promise<boolean> {
    if (this.#tenants.has(tenant.slug)) return false;
    this.#tenants.set(tenant.slug, { ...tenant });
    return true;
  }

  async setQuota(slug: string, quota: TenantQuota | null): Promise<boolean> {
    const tenant = this.#tenants.get(slug);
    if (!tenant) return false;
    const { quota: _, ...rest } = tenant;
    this.#tenants.set(slug, { ...rest, ...(quota ? { quota } : {}) });
    return true;
  }

  async list(page: PageRequest): Promise<Page<Tenant>> {
    const after = page.cursor === undefined ? '' : decodeCursor('companies', ['string'], page.cursor)[0];
    const rows = [...this.#tenants.values()].filter((tenant) => tenant.slug > after).sort((left, right) => (left.slug < right.slug ? -1 : 1));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('companies', [last.slug]));
  }
}
