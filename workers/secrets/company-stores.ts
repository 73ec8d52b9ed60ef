/**
 * Secrets from stores that a company has set up for all of its applications: `${vault:payments/stripe#key}` of the one
 * that is named `vault`, and `${STRIPE_KEY}` of those that say where to look for names.
 *
 * How a store is, is noted when that changes, and never stands in the way of the value.
 */
import type { Problem } from '#contracts/problems';
import { storedSecretName } from '#contracts/secret-name';
import { IsolateCache } from '#storage/isolate-cache';
import type { SecretProviderRecord, SecretProviderStore } from '#storage/secret-provider-ports';
import type { SecretProvider } from '#workers/secrets/providers';
import type { OpenStore, StoreReader } from '#workers/secrets/stores/reader';
import { searchPath, valueIn } from '#workers/secrets/stores/store';

/** A change elsewhere is seen so much later. */
const RECORDS_CACHE_MS = 10_000;

export interface CompanyStorePorts {
  records: SecretProviderStore;
  /** Opens what is sealed. Throws Problem('secrets_unavailable'). */
  credential(tenant: string, record: SecretProviderRecord): Promise<string>;
  reader: StoreReader;
  /** Epoch ms. */
  now(): number;
}

export class CompanyStores implements SecretProvider {
  readonly #ports: CompanyStorePorts;
  readonly #records: IsolateCache<SecretProviderRecord[]>;

  constructor(ports: CompanyStorePorts) {
    this.#ports = ports;
    this.#records = new IsolateCache({ max: 1000, ttlMs: RECORDS_CACHE_MS, now: ports.now });
  }

  readonly get: SecretProvider['get'] = async ({ tenant, environment }, name) => {
    const records = await this.#of(tenant);
    const stored = storedSecretName(name);
    if (stored) {
      const record = records.find((each) => each.name === stored.store);
      return record && this.#value(tenant, record, stored.path, stored.field);
    }
    for (const record of records) {
      const path = searchPath(record.settings, environment);
      const value = path === undefined ? undefined : await this.#value(tenant, record, path, name);
      if (value !== undefined) return value;
    }
    return undefined;
  };

  /** Asks the store whether it takes the credential, and notes the answer. Never throws for what the store does. */
  async check(tenant: string, record: SecretProviderRecord): Promise<SecretProviderRecord> {
    const problem = await this.#ports.reader.check(this.#open(tenant, record)).then(
      () => null,
      (error: Problem) => error,
    );
    const health = healthOf(problem, this.#ports.now());
    await this.#ports.records.note(tenant, record, health);
    this.forget(tenant);
    return { ...record, health };
  }

  /** What is set up has changed. */
  forget(tenant: string): void {
    this.#records.delete(tenant);
  }

  async #of(tenant: string): Promise<SecretProviderRecord[]> {
    const known = this.#records.get(tenant);
    if (known) return known;
    const records = await this.#ports.records.list(tenant);
    this.#records.set(tenant, records);
    return records;
  }

  async #value(tenant: string, record: SecretProviderRecord, path: string, field: string | undefined): Promise<string | undefined> {
    const secret = await this.#ports.reader.read(this.#open(tenant, record), path, (problem) => this.#note(tenant, record, problem));
    return secret && valueIn(secret, field);
  }

  #open(tenant: string, record: SecretProviderRecord): OpenStore {
    const { name, settings, updated_at, credential } = record;
    // What is sealed is sealed otherwise each time, so this is another key as soon as anything is changed.
    const key = `${tenant}/${name}/${updated_at}/${credential.sealed}`;
    return { tenant, name, key, settings, credential: () => this.#ports.credential(tenant, record) };
  }

  async #note(tenant: string, record: SecretProviderRecord, problem: Problem | null): Promise<void> {
    if (problem?.code === record.health?.problem?.code && record.health !== null) return;
    if (problem === null && record.health?.problem == null) return;
    await this.#ports.records.note(tenant, record, healthOf(problem, this.#ports.now())).catch(() => undefined);
    this.forget(tenant);
  }
}

function healthOf(problem: Problem | null, at: number) {
  return { at, problem: problem === null ? null : { code: problem.code, detail: problem.message } };
}
