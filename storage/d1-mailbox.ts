/** The mailbox of local development, in the region's D1. */
import { and, desc, eq, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { mailbox } from '#storage/d1/mail-schema';
import type { Mailbox, MailboxEntry } from '#storage/mail-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

export class D1Mailbox implements Mailbox {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async put({ to, ...entry }: MailboxEntry): Promise<void> {
    await this.#db
      .insert(mailbox)
      .values({ ...entry, recipient: to })
      .onConflictDoNothing();
  }

  async get(tenant: string, id: string): Promise<MailboxEntry | null> {
    const row = await this.#db
      .select()
      .from(mailbox)
      .where(and(eq(mailbox.tenant, tenant), eq(mailbox.id, id)))
      .get();
    return row ? entryOf(row) : null;
  }

  async list(tenant: string, page: PageRequest & { to?: string }): Promise<Page<MailboxEntry>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('mailbox', ['number', 'string'], page.cursor);
    const rows = await this.#db
      .select()
      .from(mailbox)
      .where(
        and(
          eq(mailbox.tenant, tenant),
          page.to === undefined ? undefined : eq(mailbox.recipient, page.to),
          after && sql`(${mailbox.at}, ${mailbox.id}) < (${after[0]}, ${after[1]})`,
        ),
      )
      .orderBy(desc(mailbox.at), desc(mailbox.id))
      .limit(page.limit + 1);
    return pageOf(rows.map(entryOf), page.limit, (last) => encodeCursor('mailbox', [last.at, last.id]));
  }
}

function entryOf({ recipient, ...row }: typeof mailbox.$inferSelect): MailboxEntry {
  return { ...row, to: recipient };
}
