/** Memory twin of the service accounts. */
import type { Made, ServiceAccount, ServiceAccountStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page, PageRequest } from '#storage/platform-ports';

export class MemoryServiceAccounts implements ServiceAccountStore {
  readonly #accounts = new Map<string, ServiceAccount>();

  async get(tenant: string, id: string): Promise<ServiceAccount | null> {
    return this.#accounts.get(`${tenant}/${id}`) ?? null;
  }

  async create(tenant: string, account: ServiceAccount): Promise<Made> {
    if (this.#of(tenant).some(({ name }) => name === account.name)) return 'name_taken';
    this.#accounts.set(`${tenant}/${account.id}`, { ...account });
    return 'made';
  }

  async list(tenant: string, page: PageRequest): Promise<Page<ServiceAccount>> {
    const after = page.cursor === undefined ? '' : decodeCursor('service-accounts', ['string'], page.cursor)[0];
    const rows = this.#of(tenant)
      .filter(({ name }) => name > after)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('service-accounts', [last.name]));
  }

  async some(tenant: string, ids: readonly string[]): Promise<ServiceAccount[]> {
    return this.#of(tenant).filter(({ id }) => ids.includes(id));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    return this.#accounts.delete(`${tenant}/${id}`);
  }

  async count(tenant: string): Promise<number> {
    return this.#of(tenant).length;
  }

  #of(tenant: string): ServiceAccount[] {
    return [...this.#accounts].filter(([key]) => key.startsWith(`${tenant}/`)).map(([, account]) => account);
  }
}
