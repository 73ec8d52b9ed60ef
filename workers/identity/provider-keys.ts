/**
 * Public keys of identity providers, by jose: kept in the isolate, fetched again when a token names one that is not
 * there, though not more often than every few seconds, whatever is sent.
 */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { IsolateCache } from '#storage/isolate-cache';
import { type ProviderEnv, providerFetch } from '#workers/identity/provider-fetch';

const COOLDOWN_MS = 5000;
const MAX_AGE_MS = 10 * 60_000;
/** No shared secret and no `none`: whoever knows the public key could sign with it. */
export const SIGNATURES = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

const known = new IsolateCache<JWTVerifyGetKey>({ max: 500 });

export function keysAt(url: string, env: ProviderEnv): JWTVerifyGetKey {
  const kept = known.get(url);
  if (kept) return kept;
  const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: COOLDOWN_MS, cacheMaxAge: MAX_AGE_MS, [customFetch]: providerFetch(env) });
  known.set(url, keys);
  return keys;
}
