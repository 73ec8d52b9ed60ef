/** The vault of a region, over the bindings of its Worker: for the performer and for the API alike. */
import { IsolateCache } from '#storage/isolate-cache';
import type { RegionEnv } from '#workers/env';
import { type MasterKeys, masterKeys } from '#workers/secrets/envelope';
import { SECRET_CACHE_MS, Vault } from '#workers/secrets/vault';
import { storesOf } from '#workers/stores';

type VaultEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'SECRETS_KEY' | 'SECRETS_KEY_PREVIOUS'>;

const made = new WeakMap<D1Database, Vault>();
const cache = new IsolateCache<{ value: string } | null>({ max: 1000, ttlMs: SECRET_CACHE_MS });

export function vaultOf(env: VaultEnv): Vault {
  const known = made.get(env.DB);
  if (known) return known;
  let masters: Promise<MasterKeys> | undefined;
  const vault = new Vault({
    store: storesOf(env).secrets,
    masters: () => {
      masters ??= masterKeys(env);
      return masters;
    },
    cache,
    now: Date.now,
  });
  made.set(env.DB, vault);
  return vault;
}
