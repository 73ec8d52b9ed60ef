/**
 * To whom the people of a company may have mail sent: to its own people, who have shown that the address is theirs. Asked when
 * an address is given, and again before each mail, for somebody may have left meanwhile.
 *
 * Mail that goes nowhere, because it stays in the mailbox of local development, may be for anybody.
 */
import type { RegionEnv } from '#workers/env';
import { isHosted } from '#workers/mode';
import { storesOf } from '#workers/stores';

type RecipientsEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'MODE' | 'SMTP_URL' | 'EMAIL'>;

export async function mayBeMailed(env: RecipientsEnv, tenant: string, address: string): Promise<boolean> {
  if (!isHosted(env) && !env.SMTP_URL && !env.EMAIL) return true;
  const { users, members } = storesOf(env);
  const user = await users.byEmail(tenant, address.toLowerCase());
  return user !== null && user.verified_at !== null && user.disabled_at === null && (await members.isMember(tenant, user.id));
}
