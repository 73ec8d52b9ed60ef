/** Mail that the platform has sent for a company; and, in local development only, the mailbox that has it all. */
import { mailboxEntrySchema, mailboxPage, mailboxQuery, mailPage } from '#contracts/api-mail';
import { listQuery } from '#contracts/api-parts';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { MailboxEntry } from '#storage/mail-ports';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import type { RegionEnv } from '#workers/env';
import { isHosted } from '#workers/mode';

const TAG = 'Mail';
const LOCAL_ONLY = 'In local development without a mail server only: elsewhere it answers 404.';

const list = endpoint({
  route: 'GET /mails',
  weight: 'medium',
  tag: TAG,
  summary: 'List mails that were sent',
  description: 'To whom and how it went, for thirty days; not what they say.',
  query: listQuery,
  answer: mailPage,
  answers: { 200: { description: 'Newest first', schema: mailPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query }) {
    const page = await stores.mailLedger.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    const items = page.items.map(({ at, sent_at, ...rest }) => ({ ...rest, created_at: instant(at), sent_at: sent_at === null ? null : instant(sent_at) }));
    return { body: { items, next_cursor: page.next_cursor } };
  },
});

const mailbox = endpoint({
  route: 'GET /mailbox',
  tag: TAG,
  summary: 'Read the mailbox of local development',
  description: LOCAL_ONLY,
  query: mailboxQuery,
  answer: mailboxPage,
  answers: { 200: { description: 'Newest first', schema: mailboxPage } },
  problems: ['invalid_cursor', 'not_found'],
  async handle({ env, stores, tenant, query }) {
    requireLocal(env);
    const page = await stores.mailbox.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor, to: query.to });
    const items = page.items.map((entry) => {
      const { html: _, ...item } = view(entry);
      return item;
    });
    return { body: { items, next_cursor: page.next_cursor } };
  },
});

const one = endpoint({
  route: 'GET /mailbox/{mail}',
  tag: TAG,
  summary: 'Read one mail of local development',
  description: LOCAL_ONLY,
  answer: mailboxEntrySchema,
  answers: { 200: { description: 'The mail', schema: mailboxEntrySchema } },
  problems: ['not_found'],
  async handle({ env, stores, tenant, params }) {
    requireLocal(env);
    const entry = await stores.mailbox.get(tenant, params.mail!);
    if (!entry) throw new Problem('not_found', `There is no mail ${params.mail!.slice(0, 64)}.`);
    return { body: view(entry) };
  },
});

export const mailEndpoints: AnyEndpoint[] = [list, mailbox, one];

function requireLocal(env: Pick<RegionEnv, 'MODE'>): void {
  if (isHosted(env)) throw new Problem('not_found', 'There is a mailbox in local development only.');
}

function view({ id, kind, to, subject, text, html, at }: MailboxEntry) {
  return { id, kind, to, subject, text, html, created_at: instant(at) };
}
