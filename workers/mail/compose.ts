/** The text of a mail, plain and as HTML, from the same parts. Everything that came from elsewhere is escaped. */
import type { Mail, MailOrder } from '#contracts/mail';

export function compose({ tenant, key, kind, to, subject, paragraphs, action }: MailOrder): Mail {
  const text = [...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : [])].join('\n\n');
  return { tenant, key, kind, to, subject, text: `${text}\n`, html: page(subject, paragraphs, action) };
}

/** Plain markup with few styles: clients of mail show little else, and colours are left to their dark mode. */
function page(subject: string, paragraphs: string[], action: MailOrder['action']): string {
  const blocks = paragraphs.map((each) => `<p style="margin:0 0 16px">${escapeHtml(each).replaceAll('\n', '<br>')}</p>`);
  if (action) {
    const url = escapeHtml(action.url);
    blocks.push(
      `<p style="margin:24px 0"><a href="${url}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:#1f5fd6;color:#ffffff;text-decoration:none">${escapeHtml(action.label)}</a></p>`,
      `<p style="margin:0;font-size:13px">Or open this address:<br><a href="${url}">${url}</a></p>`,
    );
  }
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>`,
    '<body style="margin:0;padding:32px 16px;font:15px/1.5 system-ui,sans-serif">',
    `<div style="max-width:560px;margin:0 auto">${blocks.join('\n')}</div>`,
    '</body></html>\n',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
