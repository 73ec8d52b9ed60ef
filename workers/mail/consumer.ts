/**
 * The queue of mails: each is claimed, handed to the mail server, and settled.
 *
 * 1. A mail is acknowledged once it is settled: sent, refused for good, or too old to be of use.
 * 2. A crash between the server's yes and the settling sends it again, under the same Message-ID; nothing else sends it twice.
 * 3. Neither the text of a mail nor an address is in a log.
 */
import { LIMITS } from '#contracts/limits';
import type { MailMessage } from '#contracts/mail';
import type { MailLedger } from '#storage/mail-ports';
import { MailRefused, type MailTransport } from '#workers/mail/port';

/** Longer than an attempt can take. */
const LEASE_MS = 2 * 60_000;
const FIRST_DELAY_S = 15;
const LONGEST_DELAY_S = 3600;

export interface MailPorts {
  ledger: MailLedger;
  transport: MailTransport;
  now(): number;
}

/** `isElsewhere`: whether another region has taken the mail over, for its tenant lives there now. */
export async function consumeMail(
  batch: MessageBatch<MailMessage>,
  ports: MailPorts,
  isElsewhere: (message: MailMessage) => Promise<boolean> = async () => false,
): Promise<void> {
  const handled = async (message: MailMessage) => (await isElsewhere(message)) || deliver(message, ports);
  for (const message of batch.messages) {
    const done = await handled(message.body).catch((error) => {
      const { tenant, kind } = message.body.mail;
      console.error(JSON.stringify({ level: 'error', message: `mail: ${error instanceof Error ? error.message : 'failed'}`, tenant, kind }));
      return false;
    });
    if (done) message.ack();
    else message.retry({ delaySeconds: Math.min(FIRST_DELAY_S * 2 ** (message.attempts - 1), LONGEST_DELAY_S) });
  }
}

/** False: it is to be tried again. */
async function deliver({ mail, asked_at }: MailMessage, { ledger, transport, now }: MailPorts): Promise<boolean> {
  const { tenant, key } = mail;
  const claim = await ledger.claim(mail, now(), LEASE_MS, now() - LIMITS.mailRetentionMs);
  if (claim !== 'claimed') return claim !== 'busy';
  if (now() - asked_at > LIMITS.mailMaxAgeMs) {
    await ledger.settle(tenant, key, { status: 'failed', now: now(), error: 'The mail server could not be reached for a day.' });
    return true;
  }
  try {
    await transport.send(mail);
  } catch (error) {
    if (error instanceof MailRefused) {
      await ledger.settle(tenant, key, { status: 'failed', now: now(), error: error.message });
      return true;
    }
    await ledger.settle(tenant, key, { now: now(), error: 'The mail server could not be reached. It is tried again.' });
    throw error;
  }
  await ledger.settle(tenant, key, { status: 'sent', now: now() });
  return true;
}
