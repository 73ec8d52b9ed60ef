/** A tenant that is being erased: nobody gets in to it, and nothing of it is started. */
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

/** Throws Problem('tenant_closed'). It costs no question of a store: each isolate knows who is closed. */
export async function assertNotClosed(env: Pick<RegionEnv, 'DB' | 'STORE'>, tenant: string): Promise<void> {
  if (await storesOf(env).moves.isClosed(tenant)) throw closedProblem(tenant);
}

export function closedProblem(tenant: string): Problem {
  return new Problem('tenant_closed', `${tenant} is being erased.`);
}
