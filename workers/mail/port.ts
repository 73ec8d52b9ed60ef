/** The port through which a mail leaves, whatever is behind it. */
import type { Mail } from '#contracts/mail';

/** The other side refuses this mail for good: another attempt would be refused as well. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

export interface MailTransport {
  /** Returns once the other side has taken it. Throws MailRefused, or another error when a later attempt may succeed. */
  send(mail: Mail): Promise<void>;
}

export interface Sender {
  name: string;
  address: string;
}

/** The same for every attempt, so that a mail that was sent twice after a crash can be told to be one. */
export async function messageId({ tenant, key }: Mail, sender: Sender): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${tenant}\n${key}`)));
  const hex = [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `<${hex}@${sender.address.split('@')[1]}>`;
}
