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

/** `homeOf`: the region of a guest; `null` for a tenant that is at home here: its stores elsewhere are asked from `here`. */
export function homeSecrets(env: PeerEnv, homeOf: (tenant: string) => Promise<string | null>, here: SecretProvider): SecretProvider {
  return {
    async get(owner, name) {
      const { tenant, environment, definition } = owner;
      const home = await homeOf(tenant);
      if (home === null) return here.get(owner, name);
      const key = `${env.REGION}/${tenant}/${environment}/${definition ?? ''}/${name}`;
      const known = cache.get(key);
      if (known) return known.value;
      const told = await new Peer(env, home, tenant).ask<{ value?: string }>('POST', '/secrets', {
        environment,
        name,
        ...(definition === undefined ? {} : { definition }),
      });
      cache.set(key, told);
      return told.value;
    },
  };
}
