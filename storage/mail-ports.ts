/**
 * Ports of mail: which mails went out (without their text), and the mailbox of local development (with it).
 * Every call names the tenant.
 */
import type { Mail } from '#contracts/mail';
import type { Page, PageRequest } from '#storage/platform-ports';

export type MailStatus = 'sending' | 'sent' | 'failed';

/** A mail as it is listed: to whom and how it went, never what it says. */
export interface MailRecord {
  key: string;
  kind: string;
  to: string;
  status: MailStatus;
  attempts: number;
  at: number;
  sent_at: number | null;
  error: string | null;
}

/** `claimed`: the caller sends it now. `busy`: somebody else does. Otherwise it has come to its end before. */
export type MailClaim = 'claimed' | 'busy' | 'sent' | 'failed';

export interface MailLedger {
  /** One more mail of this hour; false when the tenant has none left, and nothing is counted then. */
  admit(tenant: string, now: number, perHour: number): Promise<boolean>;
  /** The right to send it until the lease ends. Forgets mails that were claimed before `forgetBefore`. */
  claim(mail: Pick<Mail, 'tenant' | 'key' | 'kind' | 'to'>, now: number, leaseMs: number, forgetBefore: number): Promise<MailClaim>;
  /** How the attempt went; without `status` the mail stays to be claimed again at once. */
  settle(tenant: string, key: string, outcome: { status?: 'sent' | 'failed'; now: number; error?: string }): Promise<void>;
  /** Newest first. */
  list(tenant: string, page: PageRequest): Promise<Page<MailRecord>>;
}

export interface MailboxEntry extends Mail {
  id: string;
  at: number;
}

export interface Mailbox {
  /** Once under its key. */
  put(entry: MailboxEntry): Promise<void>;
  get(tenant: string, id: string): Promise<MailboxEntry | null>;
  /** Newest first; `to` narrows it to one recipient. */
  list(tenant: string, page: PageRequest & { to?: string }): Promise<Page<MailboxEntry>>;
}
