/** Memory twin of the secrets. */
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { DataKey, Page, PageRequest, SealedSecret, SecretStore } from '#storage/platform-ports';

export class MemorySecrets implements SecretStore {
  readonly #secrets = new Map<string, SealedSecret>();
  readonly #keys = new Map<string, DataKey[]>();

  async find(tenant: string, name: string, environment: string): Promise<SealedSecret | null> {
    return (await this.get(tenant, name, environment)) ?? (await this.get(tenant, name, ''));
  }

  async get(tenant: string, name: string, environment: string): Promise<SealedSecret | null> {
    return this.#secrets.get(place(tenant, name, environment)) ?? null;
  }

  async put(tenant: string, secret: SealedSecret): Promise<boolean> {
    const at = place(tenant, secret.name, secret.environment);
    const known = this.#secrets.get(at);
    if ((known?.version ?? 0) !== secret.version - 1) return false;
    this.#secrets.set(at, { ...secret, created_at: known?.created_at ?? secret.created_at });
    return true;
  }

  async list(tenant: string, page: PageRequest): Promise<Page<Omit<SealedSecret, 'sealed' | 'data_key'>>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('secrets', ['string', 'string'], page.cursor);
    const rows = (await this.all(tenant))
      .filter((secret) => after === undefined || compare(secret, { name: after[0], environment: after[1] }) > 0)
      .sort(compare)
      .map(({ sealed: _, data_key: __, ...shown }) => shown);
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('secrets', [last.name, last.environment]));
  }

  async remove(tenant: string, name: string, environment: string): Promise<boolean> {
    return this.#secrets.delete(place(tenant, name, environment));
  }

  async count(tenant: string): Promise<number> {
    return (await this.all(tenant)).length;
  }

  async all(tenant: string): Promise<SealedSecret[]> {
    return [...this.#secrets].filter(([at]) => at.startsWith(`${tenant}/`)).map(([, secret]) => ({ ...secret }));
  }

  async reseal(tenant: string, resealed: SealedSecret[], key: DataKey): Promise<void> {
    for (const { name, environment, version, sealed, data_key } of resealed) {
      const known = this.#secrets.get(place(tenant, name, environment));
      if (known?.version === version) this.#secrets.set(place(tenant, name, environment), { ...known, sealed, data_key });
    }
    const inUse = new Set((await this.all(tenant)).map((secret) => secret.data_key));
    this.#keys.set(tenant, [...(this.#keys.get(tenant) ?? []).filter(({ id }) => inUse.has(id)), key]);
  }

  async newestKey(tenant: string): Promise<DataKey | null> {
    return (this.#keys.get(tenant) ?? []).toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))[0] ?? null;
  }

  async key(tenant: string, id: string): Promise<DataKey | null> {
    return this.#keys.get(tenant)?.find((key) => key.id === id) ?? null;
  }

  async addKey(tenant: string, key: DataKey): Promise<void> {
    this.#keys.set(tenant, [...(this.#keys.get(tenant) ?? []), key]);
  }
}

function place(tenant: string, name: string, environment: string): string {
  return `${tenant}/${name}/${environment}`;
}

function compare(a: { name: string; environment: string }, b: { name: string; environment: string }): number {
  return a.name === b.name ? (a.environment < b.environment ? -1 : Number(a.environment > b.environment)) : a.name < b.name ? -1 : 1;
}
