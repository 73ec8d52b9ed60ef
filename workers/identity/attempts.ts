/**
 * Bounds on guessing: so many attempts on an account, and so many from an address, within a quarter of an hour.
 * They hold for accounts that do not exist as well, so that nobody learns from them which do. Of IPv6 the first half of an
 * address counts: whoever has one has all of that half.
 */
import { Problem } from '#contracts/problems';
import type { AttemptStore } from '#storage/identity-ports';
import { networkOf } from '#workers/door/client-address';
import { sha256Hex } from '#workers/identity/digest';

const WINDOW_MS = 15 * 60_000;
const PER_ACCOUNT = 10;
const PER_ADDRESS = 100;

export interface Attempt {
  tenant: string;
  /** Of the account that is tried. */
  email: string;
  /** Of who tries, where the platform knows it. */
  address: string | null;
}

/** Counted before anything is compared, so that many at the same time are counted too. Throws Problem('rate_limited'). */
export async function admitAttempt(store: AttemptStore, { tenant, email, address }: Attempt, now: number): Promise<void> {
  const fromHere = address === null || (await store.admit(tenant, `address:${networkOf(address)}`, now, WINDOW_MS, PER_ADDRESS));
  if (!fromHere || !(await store.admit(tenant, await accountSubject(email), now, WINDOW_MS, PER_ACCOUNT))) {
    throw new Problem('rate_limited', 'There were too many attempts. Try again in a quarter of an hour, or set a new password.', {
      extra: { headers: { 'Retry-After': String(WINDOW_MS / 1000) } },
    });
  }
}

/** Of an account that was signed in to, or got a new password. */
export async function forgetAttempts(store: AttemptStore, tenant: string, email: string): Promise<void> {
  await store.forget(tenant, await accountSubject(email));
}

/** Not the address itself: people type passwords into the wrong field. */
async function accountSubject(email: string): Promise<string> {
  return `account:${(await sha256Hex(email)).slice(0, 32)}`;
}
