/**
 * Secrets of a tenant that is at home in another region: asked for there when an effect is about to go out, kept in
 * memory for a moment, and never stored here.
 */
import { IsolateCache } from '#storage/isolate-cache';
import type { PeerEnv } from '#workers/regions/peers';
import { Peer } from '#workers/regions/peers';
import type { SecretProvider } from '#workers/secrets/providers';
import { SECRET_CACHE_MS } from '#workers/secrets/vault';

const cache = new IsolateCache<{ value?: string }>({ max: 1000, ttlMs: SECRET_CACHE_MS });

/** `homeOf`: the region of a guest; `null` for a tenant that is at home here. */
export function homeSecrets(env: PeerEnv, homeOf: (tenant: string) => Promise<string | null>): SecretProvider {
  return {
    async get({ tenant, environment }, name) {
      const home = await homeOf(tenant);
      if (home === null) return undefined;
      const key = `${env.REGION}/${tenant}/${environment}/${name}`;
      const known = cache.get(key);
      if (known) return known.value;
      const told = await new Peer(env, home, tenant).ask<{ value?: string }>('POST', '/secrets', { environment, name });
      cache.set(key, told);
      return told.value;
    },
  };
}
