/** Secrets of the platform's own records (second factors, clients at identity providers), sealed by the region's key and bound to their place. */
import type { RegionEnv } from '#workers/env';
import { masterKeys, openByMaster, sealByMaster } from '#workers/secrets/envelope';

type SealEnv = Pick<RegionEnv, 'SECRETS_KEY' | 'SECRETS_KEY_PREVIOUS'>;

/** Throws Problem('secrets_unavailable'). */
export async function sealed(env: SealEnv, value: string, place: string): Promise<{ sealed: string; sealed_by: string }> {
  return sealByMaster(await masterKeys(env), value, place);
}

/** Fingerprint of the key that seals now. */
export async function sealingKey(env: SealEnv): Promise<string> {
  return (await masterKeys(env)).current.fingerprint;
}

/** Throws Problem('secrets_unavailable'). */
export async function unsealed(env: SealEnv, value: { sealed: string; sealed_by: string }, place: string): Promise<{ value: string }> {
  return openByMaster(await masterKeys(env), value, place);
}

/** Where each kind of secret belongs; it opens nowhere else. */
export function secondFactorPlace(tenant: string, user: string): string {
  return `second-factor/${tenant}/${user}`;
}
export function secretProviderPlace(tenant: string, name: string): string {
  return `secret-provider/${tenant}/${name}`;
}
export function clientSecretPlace(tenant: string, provider: string): string {
  return `identity-provider/${tenant}/${provider}`;
}
