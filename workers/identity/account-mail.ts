/** Mails about an account: each holds a link that is good for one use and a short while. */
import type { SignInTokenKind, User } from '#storage/identity-ports';
import type { RegionEnv } from '#workers/env';
import { addressTokenHash, newLinkToken, randomToken } from '#workers/identity/link-tokens';
import { sendMail } from '#workers/mail/send';
import { storesOf } from '#workers/stores';

const HOUR_MS = 3_600_000;

export interface Recipient {
  tenant: string;
  user: Pick<User, 'id' | 'email' | 'name'>;
  origin: string;
  now: number;
}

/** Throws Problem: mail_limit, mail_unavailable. */
export async function mailVerification(env: RegionEnv, recipient: Recipient): Promise<void> {
  const { url, key } = await link(env, recipient, 'verify', '/sign-in/verify', 24 * HOUR_MS);
  await sendMail(env, {
    tenant: recipient.tenant,
    key,
    kind: 'verify-address',
    to: recipient.user.email,
    subject: 'Verify your address',
    paragraphs: [
      `Hello ${recipient.user.name},`,
      `an account at ${recipient.tenant} has this address. Open the link to show that it is yours; it holds for a day.`,
      'If you know nothing of this, leave it: without the link nobody signs in with your address.',
    ],
    action: { label: 'Verify address', url },
  });
}

export async function mailReset(env: RegionEnv, recipient: Recipient): Promise<void> {
  const { url, key } = await link(env, recipient, 'reset', '/sign-in/reset', HOUR_MS);
  await sendMail(env, {
    tenant: recipient.tenant,
    key,
    kind: 'reset-password',
    to: recipient.user.email,
    subject: 'Set a new password',
    paragraphs: [
      `Hello ${recipient.user.name},`,
      `somebody, you most likely, asked for a new password at ${recipient.tenant}. The link holds for an hour and works once.`,
      'If it was not you, leave it: your password stays as it is.',
    ],
    action: { label: 'Set a new password', url },
  });
}

/** To the new address: it is theirs once the link is followed. Throws Problem: mail_limit, mail_unavailable. */
export async function mailNewAddress(env: RegionEnv, { tenant, user, origin, now }: Recipient, email: string): Promise<void> {
  const token = randomToken();
  const hash = await addressTokenHash(token, email);
  await storesOf(env).signInTokens.create(tenant, { hash, kind: 'email', subject: user.id, expires_at: now + HOUR_MS });
  await sendMail(env, {
    tenant,
    key: `email/${hash.slice(0, 32)}`,
    kind: 'new-address',
    to: email,
    subject: 'Confirm your new address',
    paragraphs: [
      `Hello ${user.name},`,
      `your account at ${tenant} is to have this address. Open the link to show that it is yours; it holds for an hour and works once.`,
      'If you know nothing of this, leave it: nothing changes without the link.',
    ],
    action: { label: 'Confirm address', url: `${origin}/sign-in/email?company=${tenant}&email=${encodeURIComponent(email)}&token=${token}` },
  });
}

/** Tells somebody of a change that they may not have made. Never in the way of the change itself. */
export async function mailNotice(env: RegionEnv, { tenant, user, now }: Omit<Recipient, 'origin'>, what: string): Promise<void> {
  await sendMail(env, {
    tenant,
    key: `notice/${user.id}/${now}`,
    kind: 'account-changed',
    to: user.email,
    subject: 'Your account was changed',
    paragraphs: [`Hello ${user.name},`, `${what} at ${tenant}.`, 'If it was not you, set a new password now and tell an admin of the company.'],
  }).catch((error) => console.error(JSON.stringify({ level: 'error', message: `notice: ${String(error)}`, tenant })));
}

async function link(env: RegionEnv, { tenant, user, origin, now }: Recipient, kind: SignInTokenKind, path: string, lifeMs: number) {
  const { token, hash } = await newLinkToken();
  await storesOf(env).signInTokens.create(tenant, { hash, kind, subject: user.id, expires_at: now + lifeMs });
  return { url: `${origin}${path}?company=${tenant}&token=${token}`, key: `${kind}/${hash.slice(0, 32)}` };
}
