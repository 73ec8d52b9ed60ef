/**
 * Whether somebody still owes the second factor that their company asks for. A session that an identity provider vouched
 * for owes nothing: the second factor is asked for there.
 */

import type { UserSession } from '#storage/identity-ports';
import { IsolateCache } from '#storage/isolate-cache';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

/** `{tenant}/{user}` of those who had one a moment ago. */
const having = new IsolateCache<true>({ max: 5000, ttlMs: 10_000 });

export async function owesSecondFactor(
  env: Pick<RegionEnv, 'DB' | 'STORE'>,
  tenant: string,
  { user, method }: Pick<UserSession, 'user' | 'method'>,
): Promise<boolean> {
  if (method.startsWith('provider:')) return false;
  const { settings, users } = storesOf(env);
  if (!(await settings.of(tenant)).requires_second_factor || having.get(`${tenant}/${user}`)) return false;
  if (!(await users.get(tenant, user))?.second_factor) return true;
  having.set(`${tenant}/${user}`, true);
  return false;
}
