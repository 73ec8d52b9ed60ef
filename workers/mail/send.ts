/**
 * Sending mail: the one call for the whole platform.
 *
 *     await sendMail(env, { tenant, key: `invitation/${id}`, kind: 'invitation', to, subject, paragraphs, action });
 *
 * 1. Under one key a mail goes out once: the consumer claims the key before it sends.
 * 2. A tenant has so many an hour; what is over is refused with 429, so nobody can use the platform to flood a mailbox.
 * 3. Where no server is set up, local development keeps mail in its mailbox, and hosted regions say that they have none.
 */

import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { type MailMessage, type MailOrder, mailOrderSchema } from '#contracts/mail';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { compose } from '#workers/mail/compose';
import { mailTransportOf } from '#workers/mail/transport';
import { storesOf } from '#workers/stores';

export type MailEnv = Pick<RegionEnv, 'DB' | 'STORE' | 'MODE' | 'DOMAIN' | 'EMAIL' | 'SMTP_URL' | 'MAIL_FROM' | 'MAIL'>;

/** Throws Problem: mail_limit, mail_unavailable, invalid_request. */
export async function sendMail(env: MailEnv, order: MailOrder, now = Date.now()): Promise<void> {
  const checked = mailOrderSchema.safeParse(order);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new Problem('invalid_request', `The mail is not valid: ${issue!.path.join('.')}: ${issue!.message}`);
  }
  const mail = compose(checked.data);
  const transport = mailTransportOf(env);
  const { mailLedger, mailbox } = storesOf(env);
  if (!(await mailLedger.admit(mail.tenant, now, LIMITS.mailsPerHour)))
    throw new Problem('mail_limit', undefined, { extra: { headers: { 'Retry-After': String(3600 - (Math.floor(now / 1000) % 3600)) } } });
  if (transport) await env.MAIL.send({ mail, asked_at: now } satisfies MailMessage);
  else await mailbox.put({ ...mail, id: newId('mail'), at: now });
}
