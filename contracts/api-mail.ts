/** Answers of `/api/v1/mails` and `/api/v1/mailbox`. */
import { z } from 'zod';
import { cursor, instant, listLimit, page } from '#contracts/api-parts';
import { emailSchema } from '#contracts/mail';

const mailSchema = z
  .object({
    key: z.string(),
    kind: z.string().meta({ description: 'What it is about', examples: ['invitation'] }),
    to: z.string(),
    status: z.enum(['sending', 'sent', 'failed']),
    attempts: z.number().int(),
    created_at: instant,
    sent_at: instant.nullable(),
    error: z.string().nullable().meta({ description: 'Why it has not gone out' }),
  })
  .meta({ id: 'Mail' });
export const mailPage = page('MailPage', mailSchema);

export const mailboxQuery = z.strictObject({ limit: listLimit, cursor, to: emailSchema.optional().meta({ description: 'Only mail to this address' }) });

export const mailboxEntrySchema = z
  .object({ id: z.string(), kind: z.string(), to: z.string(), subject: z.string(), text: z.string(), html: z.string(), created_at: instant })
  .meta({ id: 'MailboxEntry' });
export const mailboxPage = page('MailboxPage', mailboxEntrySchema.omit({ html: true }).meta({ id: 'MailboxItem' }));
