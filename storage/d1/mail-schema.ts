/** Tables of mail. `migrations/region/*.sql` is what is applied; a test holds the two equal. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Mails that went out or could not, without their text. */
export const mails = sqliteTable(
  'mails',
  {
    tenant: text('tenant').notNull(),
    key: text('key').notNull(),
    kind: text('kind').notNull(),
    recipient: text('recipient').notNull(),
    status: text('status').$type<'sending' | 'sent' | 'failed'>().notNull(),
    attempts: integer('attempts').notNull(),
    at: integer('at').notNull(),
    leaseUntil: integer('lease_until').notNull(),
    sentAt: integer('sent_at'),
    error: text('error'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.key] }), index('mails_at').on(table.tenant, table.at, table.key)],
);

/** How many mails a tenant has asked for in the hour. */
export const mailHours = sqliteTable('mail_hours', {
  tenant: text('tenant').primaryKey(),
  hour: integer('hour').notNull(),
  count: integer('count').notNull(),
});

/** Mail of local development, which goes nowhere else. */
export const mailbox = sqliteTable(
  'mailbox',
  {
    tenant: text('tenant').notNull(),
    key: text('key').notNull(),
    id: text('id').notNull(),
    at: integer('at').notNull(),
    kind: text('kind').notNull(),
    recipient: text('recipient').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    html: text('html').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.key] }),
    uniqueIndex('mailbox_id').on(table.tenant, table.id),
    index('mailbox_at').on(table.tenant, table.at, table.id),
  ],
);
