/** What a tenant keeps here: as it has decided within its plan, or, of a guest, as its home has said. */
import { type Retention, retentionOf } from '#contracts/retention';
import type { RegionEnv } from '#workers/env';
import { tenantQuota } from '#workers/quota/bounds';
import { storesOf } from '#workers/stores';

/** `null`: it has nothing here, or its home has not said anything yet; then everything stays. */
export async function retentionAt(env: RegionEnv, tenant: string): Promise<Retention | null> {
  const { tenants, settings } = storesOf(env);
  const own = (await settings.read(tenant)).retention;
  if (await tenants.get(tenant)) return retentionOf((await tenantQuota(env, tenant)).plan, own);
  return own as Retention | null;
}
