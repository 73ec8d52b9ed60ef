/** Memory twin of the API keys. */
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { ApiKey, ApiKeyStore, Page, PageRequest } from '#storage/platform-ports';

export class MemoryApiKeys implements ApiKeyStore {
  readonly #keys = new Map<string, ApiKey>();

  async byHash(hash: string): Promise<ApiKey | null> {
    return this.#keys.get(hash) ?? null;
  }

  async byId(tenant: string, id: string): Promise<ApiKey | null> {
    return this.#find(tenant, id)?.[1] ?? null;
  }

  async create(key: ApiKey, hash: string): Promise<void> {
    this.#keys.set(hash, { ...key });
  }

  async list(tenant: string, page: PageRequest): Promise<Page<ApiKey>> {
    const after = page.cursor === undefined ? '' : decodeCursor('api-keys', ['string'], page.cursor)[0];
    const rows = [...this.#keys.values()].filter((key) => key.tenant === tenant && key.id > after).sort((left, right) => (left.id < right.id ? -1 : 1));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('api-keys', [last.id]));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const found = this.#find(tenant, id);
    return found ? this.#keys.delete(found[0]) : false;
  }

  #find(tenant: string, id: string): [hash: string, key: ApiKey] | undefined {
    return [...this.#keys].find(([, key]) => key.tenant === tenant && key.id === id);
  }
}
