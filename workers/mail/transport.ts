/** How a mail leaves: a port with two ways, of which the region's configuration chooses one. */
import type { Mail } from '#contracts/mail';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { bindingTransport } from '#workers/mail/binding';

/** The other side refuses this mail for good: another attempt would be refused as well. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

export interface MailTransport {
  /** Returns once the other side has taken it. Throws MailRefused, or another error when a later attempt may succeed. */
  send(mail: Mail): Promise<void>;
}

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
  if (env.MODE === 'local') return undefined;
  throw new Problem('mail_unavailable');
}

export interface Sender {
  name: string;
  address: string;
}

/** `MAIL_FROM` as `name <address>` or `address`. */
function senderOf(env: TransportEnv): Sender {
  const text = env.MAIL_FROM ?? `Workflow <no-reply@${env.DOMAIN ?? 'localhost'}>`;
  const match = /^(?:([^<>"\p{Cc}]*)<)?([^\s<>"\p{Cc}]+@[^\s<>"\p{Cc}]+?)>?$/u.exec(text.trim());
  if (!match) throw new Problem('mail_unavailable', 'MAIL_FROM is not an address, such as Workflow <no-reply@example.com>.');
  return { name: match[1]?.trim() || 'Workflow', address: match[2]! };
}

/** The same for every attempt, so that a mail that was sent twice after a crash can be told to be one. */
export async function messageId({ tenant, key }: Mail, sender: Sender): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${tenant}\n${key}`)));
  const hex = [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `<${hex}@${sender.address.split('@')[1]}>`;
}
