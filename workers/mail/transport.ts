/** How a mail leaves: the region's configuration chooses. */
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { bindingTransport } from '#workers/mail/binding';
import type { MailTransport, Sender } from '#workers/mail/port';
import { isHosted } from '#workers/mode';

export type TransportEnv = Pick<RegionEnv, 'MODE' | 'DOMAIN' | 'EMAIL' | 'SMTP_URL' | 'MAIL_FROM'>;

/** `undefined` in local development without a server: mail then stays in the mailbox. Throws Problem('mail_unavailable'). */
export function mailTransportOf(env: TransportEnv): MailTransport | undefined {
  if (env.SMTP_URL) {
    const { SMTP_URL } = env;
    const sender = senderOf(env);
    // Imported late: an isolate that sends no mail never evaluates it.
    return { send: async (mail) => (await import('#workers/mail/smtp')).sendOverSmtp(SMTP_URL, sender, mail) };
  }
  if (env.EMAIL) return bindingTransport(env.EMAIL, senderOf(env));
  if (!isHosted(env)) return undefined;
  throw new Problem('mail_unavailable');
}

/** `MAIL_FROM` as `name <address>` or `address`. */
function senderOf(env: TransportEnv): Sender {
  const text = env.MAIL_FROM ?? `Workflow <no-reply@${env.DOMAIN ?? 'localhost'}>`;
  const match = /^(?:([^<>"\p{Cc}]*)<)?([^\s<>"\p{Cc}]+@[^\s<>"\p{Cc}]+?)>?$/u.exec(text.trim());
  if (!match) throw new Problem('mail_unavailable', 'MAIL_FROM is not an address, such as Workflow <no-reply@example.com>.');
  return { name: match[1]?.trim() || 'Workflow', address: match[2]! };
}
