/** Memory twin of the stores of secrets elsewhere. */
import type { SecretProviderHealth, SecretProviderRecord, SecretProviderStore } from '#storage/secret-provider-ports';

export class MemorySecretProviders implements SecretProviderStore {
  readonly #records = new Map<string, SecretProviderRecord>();

  async get(tenant: string, name: string): Promise<SecretProviderRecord | null> {
    return this.#records.get(`${tenant}/${name}`) ?? null;
  }

  async list(tenant: string): Promise<SecretProviderRecord[]> {
    return [...this.#records]
      .filter(([at]) => at.startsWith(`${tenant}/`))
      .map(([, record]) => record)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  async put(tenant: string, record: SecretProviderRecord): Promise<void> {
    const known = await this.get(tenant, record.name);
    this.#records.set(`${tenant}/${record.name}`, { ...record, created_at: known?.created_at ?? record.created_at });
  }

  async note(tenant: string, which: Pick<SecretProviderRecord, 'name' | 'updated_at'>, health: SecretProviderHealth): Promise<void> {
    const known = await this.get(tenant, which.name);
    if (known?.updated_at === which.updated_at) this.#records.set(`${tenant}/${which.name}`, { ...known, health });
  }

  async remove(tenant: string, name: string): Promise<boolean> {
    return this.#records.delete(`${tenant}/${name}`);
  }
}
