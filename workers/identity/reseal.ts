/**
 * A rotation of the platform's key: what the previous one has sealed of a company's people is sealed by the present one.
 * Cut short, it goes on where it was: what is done is not stale any more.
 */
import type { RegionEnv } from '#workers/env';
import { clientSecretPlace, sealed, sealingKey, secondFactorPlace, unsealed } from '#workers/identity/sealed';
import { storesOf } from '#workers/stores';

type SealEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'SECRETS_KEY' | 'SECRETS_KEY_PREVIOUS'>;

const AT_ONCE = 100;

/** How many were sealed anew. Throws Problem('secrets_unavailable'). */
export async function resealIdentity(env: SealEnv, tenant: string): Promise<number> {
  const present = await sealingKey(env);
  return (await resealProviders(env, tenant, present)) + (await resealSecondFactors(env, tenant, present));
}

async function resealSecondFactors(env: SealEnv, tenant: string, present: string): Promise<number> {
  const { secondFactors } = storesOf(env);
  for (let done = 0; ; ) {
    const stale = await secondFactors.sealedOtherwise(tenant, present, AT_ONCE);
    for (const { user, ...old } of stale) {
      const place = secondFactorPlace(tenant, user);
      await secondFactors.reseal(tenant, user, old.sealed, await sealed(env, (await unsealed(env, old, place)).value, place));
    }
    done += stale.length;
    if (stale.length < AT_ONCE) return done;
  }
}

async function resealProviders(env: SealEnv, tenant: string, present: string): Promise<number> {
  const { identityProviders } = storesOf(env);
  const stale = (await identityProviders.list(tenant)).filter(({ secret }) => secret !== null && secret.sealed_by !== present);
  for (const provider of stale) {
    const place = clientSecretPlace(tenant, provider.id);
    await identityProviders.put(tenant, { ...provider, secret: await sealed(env, (await unsealed(env, provider.secret!, place)).value, place) });
  }
  return stale.length;
}
