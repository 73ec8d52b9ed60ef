/**
 * A tenant's secrets: set, read at use, removed, encrypted anew.
 *
 * 1. A value is read only by `reveal`, which only the performer calls.
 * 2. Values are kept in memory for a moment, for a hot step reads the same one again and again; a change elsewhere is
 *    seen that much later, one through here at once.
 */
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { IsolateCache } from '#storage/isolate-cache';
import type { DataKey, SealedSecret, SecretStore } from '#storage/platform-ports';
import { type MasterKeys, newDataKey, open, seal, unwrapDataKey } from '#workers/secrets/envelope';

export const SECRET_CACHE_MS = 10_000;

export interface VaultPorts {
  store: SecretStore;
  /** Asked when first needed: a region without a key has no secrets of tenants, and works otherwise. */
  masters(): Promise<MasterKeys>;
  /** By tenant, environment and name. `null`: there is none. */
  cache: IsolateCache<{ value: string } | null>;
  /** Epoch ms. */
  now(): number;
}

/** Which secret: `environment` empty for the one that holds in all. */
export interface SecretName {
  tenant: string;
  name: string;
  environment: string;
}

export class Vault {
  readonly #ports: VaultPorts;

  constructor(ports: VaultPorts) {
    this.#ports = ports;
  }

  /** The value that holds in the environment; `undefined` when the tenant has none of this name. */
  async reveal({ tenant, name, environment }: SecretName): Promise<string | undefined> {
    const { store, cache } = this.#ports;
    const at = `${tenant}/${environment}/${name}`;
    const known = cache.get(at);
    if (known !== undefined) return known?.value;
    const secret = await store.find(tenant, name, environment);
    const value = secret ? await this.#open(tenant, secret) : undefined;
    cache.set(at, value === undefined ? null : { value });
    return value;
  }

  /** Makes or replaces it. `onlyNew`: throws Problem('secret_exists') when there is one. */
  async set(which: SecretName, value: string, by: string, options: { onlyNew?: boolean } = {}): Promise<SealedSecret> {
    const { tenant, name, environment } = which;
    const { store, cache, now } = this.#ports;
    const known = await store.get(tenant, name, environment);
    if (known && options.onlyNew) throw new Problem('secret_exists', `There is a secret ${name}. PUT replaces its value.`);
    if (!known && (await store.count(tenant)) >= LIMITS.secretsPerTenant) {
      throw new Problem('too_many_secrets', `A tenant has at most ${LIMITS.secretsPerTenant} secrets. Delete one that is no longer used.`);
    }
    const { id, key } = await this.#sealing(tenant);
    const version = (known?.version ?? 0) + 1;
    const secret: SealedSecret = {
      name,
      environment,
      version,
      data_key: id,
      sealed: await seal(key, value, placeOf(which, version)),
      created_at: known?.created_at ?? now(),
      updated_at: now(),
      updated_by: by,
    };
    if (!(await store.put(tenant, secret)))
      throw new Problem('secret_changed', `${name} was changed at the same moment. Look at it, then set it again if need be.`);
    cache.deletePrefix(`${tenant}/`);
    return secret;
  }

  /** False when there was none. */
  async remove({ tenant, name, environment }: SecretName): Promise<boolean> {
    const removed = await this.#ports.store.remove(tenant, name, environment);
    this.#ports.cache.deletePrefix(`${tenant}/`);
    return removed;
  }

  /** A new data key, wrapped by the platform's current key, and every value sealed by it. */
  async rotate(tenant: string): Promise<{ rotated: number; data_key: string }> {
    const { store, masters, now } = this.#ports;
    const id = newId('dk');
    const { key, ...wrapped } = await newDataKey(await masters(), dataKeyPlace(tenant, id));
    const opened = new Map<string, Promise<CryptoKey>>();
    const resealed: SealedSecret[] = [];
    for (const secret of await store.all(tenant)) {
      const old = opened.get(secret.data_key) ?? this.#dataKey(tenant, secret.data_key);
      opened.set(secret.data_key, old);
      const place = placeOf({ tenant, name: secret.name, environment: secret.environment }, secret.version);
      resealed.push({ ...secret, data_key: id, sealed: await seal(key, await open(await old, secret.sealed, place), place) });
    }
    await store.reseal(tenant, resealed, { id, ...wrapped, created_at: now() });
    return { rotated: resealed.length, data_key: id };
  }

  async #open(tenant: string, secret: SealedSecret): Promise<string> {
    const key = await this.#dataKey(tenant, secret.data_key);
    return open(key, secret.sealed, placeOf({ tenant, name: secret.name, environment: secret.environment }, secret.version));
  }

  /** The tenant's newest data key, or its first. */
  async #sealing(tenant: string): Promise<{ id: string; key: CryptoKey }> {
    const { store, masters, now } = this.#ports;
    const newest = await store.newestKey(tenant);
    if (newest) return { id: newest.id, key: await this.#unwrapped(tenant, newest) };
    const id = newId('dk');
    const { key, ...wrapped } = await newDataKey(await masters(), dataKeyPlace(tenant, id));
    await store.addKey(tenant, { id, ...wrapped, created_at: now() });
    return { id, key };
  }

  async #dataKey(tenant: string, id: string): Promise<CryptoKey> {
    const stored = await this.#ports.store.key(tenant, id);
    if (!stored) throw new Problem('secrets_unavailable', `The data key ${id} is gone. Set the secret anew.`);
    return this.#unwrapped(tenant, stored);
  }

  async #unwrapped(tenant: string, stored: DataKey): Promise<CryptoKey> {
    return unwrapDataKey(await this.#ports.masters(), stored, dataKeyPlace(tenant, stored.id));
  }
}

function placeOf({ tenant, environment, name }: SecretName, version: number): string {
  return `secret/${tenant}/${environment}/${name}/${version}`;
}

export function dataKeyPlace(tenant: string, id: string): string {
  return `data-key/${tenant}/${id}`;
}
