/** Mail through Cloudflare: the binding `EMAIL` (`[[send_email]]` in wrangler.toml). */
import { MailRefused, type MailTransport, messageId, type Sender } from '#workers/mail/port';

/** Of the binding's errors, those that stay as they are however often one tries. */
const FINAL = /^E_(VALIDATION_ERROR|FIELD_MISSING|RECIPIENT_NOT_ALLOWED|RECIPIENT_SUPPRESSED|HEADER_\w+|CONTENT_TOO_LARGE)$/;

export function bindingTransport(binding: SendEmail, sender: Sender): MailTransport {
  return {
    async send(mail) {
      try {
        await binding.send({
          from: { name: sender.name, email: sender.address },
          to: mail.to,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          headers: { 'X-Entity-Ref-ID': await messageId(mail, sender), 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        if (typeof code === 'string' && FINAL.test(code)) throw new MailRefused(String(error), { cause: error });
        throw error;
      }
    },
  };
}
