/**
 * A rotation of the platform's key: credentials of a company's stores of secrets are sealed by the present one.
 * Cut short, it goes on where it was: what is done is not stale any more.
 */
import type { RegionEnv } from '#workers/env';
import { sealed, sealingKey, secretProviderPlace, unsealed } from '#workers/identity/sealed';
import { secretsOf } from '#workers/secrets/secrets-of';
import { storesOf } from '#workers/stores';

/** How many were sealed anew. Throws Problem('secrets_unavailable'). */
export async function resealStores(env: RegionEnv, tenant: string): Promise<number> {
  const present = await sealingKey(env);
  const { secretProviders } = storesOf(env);
  const stale = (await secretProviders.list(tenant)).filter(({ credential }) => credential.sealed_by !== present);
  for (const record of stale) {
    const place = secretProviderPlace(tenant, record.name);
    await secretProviders.put(tenant, { ...record, credential: await sealed(env, (await unsealed(env, record.credential, place)).value, place) });
  }
  secretsOf(env).companyStores.forget(tenant);
  return stale.length;
}
