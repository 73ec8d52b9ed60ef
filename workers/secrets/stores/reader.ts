/**
 * Reads secrets out of stores elsewhere, for an isolate.
 *
 * 1. What was read is kept in memory for a moment, what is not there as well; a change there is seen that much later.
 * 2. A client is kept with its token: signing in anew for every step would cost more than all the rest.
 * 3. Whatever goes wrong on the way is `secret_store_unavailable` or `secret_store_refused`, and names the store.
 */
import { Problem } from '#contracts/problems';
import type { SecretStoreSettings } from '#contracts/secret-store';
import type { HttpPort } from '#steps/define-step';
import { IsolateCache } from '#storage/isolate-cache';
import { awsStore } from '#workers/secrets/stores/aws-secrets-manager';
import { googleStore } from '#workers/secrets/stores/google-secret-manager';
import { vaultStore } from '#workers/secrets/stores/hashicorp-vault';
import type { SecretStoreClient, StoredSecret } from '#workers/secrets/stores/store';

const STORED_SECRET_CACHE_MS = 30_000;

/** In an address, such a part would leave the place that the settings name. */
const CLIMBS = /(?:^|\/)\.{1,2}(?:\/|$)/;

export interface StorePorts {
  /** The way out for a tenant. */
  http(tenant: string): HttpPort;
  /** Epoch ms. */
  now(): number;
}

/** One store as it is set up. `key` is another one as soon as anything of it is. */
export interface OpenStore {
  tenant: string;
  name: string;
  key: string;
  settings: SecretStoreSettings;
  credential(): Promise<string>;
}

export class StoreReader {
  readonly #ports: StorePorts;
  readonly #clients: IsolateCache<SecretStoreClient>;
  readonly #secrets: IsolateCache<StoredSecret | null>;

  constructor(ports: StorePorts) {
    this.#ports = ports;
    this.#clients = new IsolateCache({ max: 100, now: ports.now });
    this.#secrets = new IsolateCache({ max: 500, ttlMs: STORED_SECRET_CACHE_MS, now: ports.now });
  }

  /** `undefined`: the store has no such secret. `asked`: told whether the store itself was asked, and how that went. */
  async read(store: OpenStore, path: string, asked?: (problem: Problem | null) => Promise<void>): Promise<StoredSecret | undefined> {
    if (CLIMBS.test(path)) throw new Problem('secret_store_refused', `${store.name}: the path ${path} goes by "." or "..".`);
    const at = `${store.key}/${path}`;
    const known = this.#secrets.get(at);
    if (known !== undefined) return known ?? undefined;
    try {
      const secret = await (await this.#client(store)).read(path);
      this.#secrets.set(at, secret ?? null);
      await asked?.(null);
      return secret;
    } catch (error) {
      const problem = problemOf(store.name, error);
      await asked?.(problem);
      throw problem;
    }
  }

  /** Throws Problem: secret_store_unavailable, secret_store_refused. */
  async check(store: OpenStore): Promise<void> {
    try {
      await (await this.#client(store)).check();
    } catch (error) {
      throw problemOf(store.name, error);
    }
  }

  async #client(store: OpenStore): Promise<SecretStoreClient> {
    const known = this.#clients.get(store.key);
    if (known) return known;
    const client = this.#open(store, await store.credential());
    this.#clients.set(store.key, client);
    return client;
  }

  #open({ tenant, settings }: OpenStore, credential: string): SecretStoreClient {
    const { now } = this.#ports;
    const http = () => this.#ports.http(tenant);
    if (settings.kind === 'vault') return vaultStore(settings, credential, http, now);
    return settings.kind === 'aws' ? awsStore(settings, credential, http, now) : googleStore(settings, credential, http, now);
  }
}

/** Of the way there: a store that cannot be reached may be later, one that may not be called never will. */
function problemOf(name: string, error: unknown): Problem {
  if (!(error instanceof Problem)) {
    // The end of its time is no Problem; anything else is a defect, and says so in the log of the operator.
    if (error instanceof Error && error.name === 'TimeoutError') return new Problem('secret_store_unavailable', `${name}: it did not answer in time.`);
    throw error;
  }
  const { code } = error;
  if (code === 'secrets_unavailable') return error;
  const passing = code === 'secret_store_unavailable' || code === 'connection_failed' || code === 'step_timeout';
  return new Problem(passing ? 'secret_store_unavailable' : 'secret_store_refused', `${name}: ${error.message}`, { cause: error });
}
