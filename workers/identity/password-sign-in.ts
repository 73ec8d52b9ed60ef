/**
 * Signing in with address and password.
 *
 * 1. An account that is not there, one without a password and a wrong password are answered alike, and as fast.
 * 2. What else is wrong with an account (its address, its second factor) is told only to who knows the password.
 * 3. Every attempt is counted before anything is compared, codes of second factors too.
 */
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import { addressOf } from '#workers/door/client-address';
import type { RegionEnv } from '#workers/env';
import { mailVerification } from '#workers/identity/account-mail';
import { admitAttempt, forgetAttempts } from '#workers/identity/attempts';
import { passwords } from '#workers/identity/passwords';
import { publicOrigin } from '#workers/identity/public-origin';
import { useSecondFactor } from '#workers/identity/second-factor';
import { storesOf } from '#workers/stores';

/** Of no password: looking for an account that is not there takes as long as for one that is. */
const NOBODY = 'scrypt$16384$8$5$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** Nobody's id: the same look-ups are made whether there is an account or not. */
const NO_USER = 'usr_';

export interface Entered {
  company: string;
  email: string;
  password: string;
  code?: string;
}

/** Throws Problem: rate_limited, sign_in_failed, account_disabled, email_unverified, second_factor_required, second_factor_wrong. */
export async function signInWithPassword(env: RegionEnv, request: Request, entered: Entered, now: number): Promise<User> {
  const { company: tenant, email, code } = entered;
  const { signInAttempts } = storesOf(env);
  await admitAttempt(signInAttempts, { tenant, email, address: addressOf(request) }, now);
  const user = await userOfPassword(env, entered);
  if (!user) throw new Problem('sign_in_failed', 'The company, the address or the password is not right.');
  await requireUsable(env, request, tenant, user, now);
  if (user.second_factor) {
    if (code === undefined) throw new Problem('second_factor_required');
    await useSecondFactor(env, tenant, user, code, now);
  }
  await forgetAttempts(signInAttempts, tenant, email);
  return user;
}

/** Whether it is the password of the account. */
export async function isPasswordOf(env: Pick<RegionEnv, 'DB' | 'STORE'>, tenant: string, user: string, password: string): Promise<boolean> {
  const hash = await storesOf(env).users.passwordHash(tenant, user);
  return hash !== null && passwords.verify(password, hash);
}

async function userOfPassword(env: RegionEnv, { company: tenant, email, password }: Entered): Promise<User | null> {
  const { users } = storesOf(env);
  const user = await users.byEmail(tenant, email);
  const hash = await users.passwordHash(tenant, user?.id ?? NO_USER);
  const isRight = await passwords.verify(password, hash ?? NOBODY);
  return hash !== null && isRight ? user : null;
}

async function requireUsable(env: RegionEnv, request: Request, tenant: string, user: User, now: number): Promise<void> {
  if (user.disabled_at !== null) throw new Problem('account_disabled');
  if (user.verified_at !== null) return;
  await mailVerification(env, { tenant, user, origin: publicOrigin(env, request), now });
  throw new Problem('email_unverified', `A link to verify it was sent to ${user.email}.`);
}
