/**
 * Mail that the platform sends: what a caller asks for, and what lies in the queue.
 *
 * 1. One recipient a mail. Several people get several mails, each under a key of its own.
 * 2. No text that becomes a header can hold a line break or another control character: such a mail is refused here.
 * 3. `key` is unique within the tenant: however often a mail is asked for under one, it goes out once.
 */
import { z } from 'zod';
import { slugSchema } from '#contracts/ids';

/** No control characters, and none of the separators that some programs take for the end of a line. */
const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;

export const emailSchema = z
  .email('an e-mail address, such as ada@example.com')
  .max(254)
  .regex(ONE_LINE)
  .meta({ examples: ['ada@example.com'] });

const line = (max: number) => z.string().min(1).max(max).regex(ONE_LINE, 'one line of text without control characters');

export const mailOrderSchema = z.strictObject({
  tenant: slugSchema,
  key: line(256),
  /** What it is about, as a list shows it: `reset-password`, `invitation`, `breakpoint`. */
  kind: slugSchema,
  to: emailSchema,
  subject: line(200),
  paragraphs: z.array(z.string().min(1).max(4000)).min(1).max(20),
  /** The one thing to do next. */
  action: z
    .strictObject({
      label: line(80),
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .regex(ONE_LINE),
    })
    .optional(),
});
export type MailOrder = z.infer<typeof mailOrderSchema>;

/** A mail as it goes out. */
export interface Mail {
  tenant: string;
  key: string;
  kind: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** What the queue carries. It holds the text, so it is dropped once it is older than anything in it is good for. */
export interface MailMessage {
  mail: Mail;
  /** Epoch ms. */
  asked_at: number;
}
