/** Which mails went out, in the region's D1. A claim is one statement, so two consumers never send the same mail at the same time. */
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { mailHours, mails } from '#storage/d1/mail-schema';
import type { MailClaim, MailLedger, MailRecord } from '#storage/mail-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

const HOUR_MS = 3_600_000;

export class D1MailLedger implements MailLedger {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async admit(tenant: string, now: number, perHour: number): Promise<boolean> {
    const hour = Math.floor(now / HOUR_MS);
    const counted = await this.#db
      .insert(mailHours)
      .values({ tenant, hour, count: 1 })
      .onConflictDoUpdate({
        target: mailHours.tenant,
        set: { hour, count: sql`CASE WHEN ${mailHours.hour} = ${hour} THEN ${mailHours.count} + 1 ELSE 1 END` },
        setWhere: sql`${mailHours.hour} <> ${hour} OR ${mailHours.count} < ${perHour}`,
      })
      .returning({ count: mailHours.count });
    return counted.length > 0;
  }

  async claim({ tenant, key, kind, to }: Parameters<MailLedger['claim']>[0], now: number, leaseMs: number, forgetBefore: number): Promise<MailClaim> {
    const leaseUntil = now + leaseMs;
    const [claimed] = await this.#db.batch([
      this.#db
        .insert(mails)
        .values({ tenant, key, kind, recipient: to, status: 'sending', attempts: 1, at: now, leaseUntil })
        .onConflictDoUpdate({
          target: [mails.tenant, mails.key],
          set: { attempts: sql`${mails.attempts} + 1`, leaseUntil },
          setWhere: and(eq(mails.status, 'sending'), lt(mails.leaseUntil, now)),
        })
        .returning({ key: mails.key }),
      this.#db.delete(mails).where(and(eq(mails.tenant, tenant), lt(mails.at, forgetBefore))),
    ]);
    if (claimed.length > 0) return 'claimed';
    const row = await this.#db.select({ status: mails.status }).from(mails).where(isMail(tenant, key)).get();
    return row === undefined || row.status === 'sending' ? 'busy' : row.status;
  }

  async settle(tenant: string, key: string, { status, now, error }: Parameters<MailLedger['settle']>[2]): Promise<void> {
    await this.#db
      .update(mails)
      .set({ status: status ?? 'sending', leaseUntil: 0, sentAt: status === 'sent' ? now : null, error: error ?? null })
      .where(and(isMail(tenant, key), eq(mails.status, 'sending')));
  }

  async list(tenant: string, page: PageRequest): Promise<Page<MailRecord>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('mails', ['number', 'string'], page.cursor);
    const rows = await this.#db
      .select()
      .from(mails)
      .where(and(eq(mails.tenant, tenant), after && sql`(${mails.at}, ${mails.key}) < (${after[0]}, ${after[1]})`))
      .orderBy(desc(mails.at), desc(mails.key))
      .limit(page.limit + 1);
    return pageOf(rows.map(recordOf), page.limit, (last) => encodeCursor('mails', [last.at, last.key]));
  }
}

function isMail(tenant: string, key: string) {
  return and(eq(mails.tenant, tenant), eq(mails.key, key));
}

function recordOf({ key, kind, recipient, status, attempts, at, sentAt, error }: typeof mails.$inferSelect): MailRecord {
  return { key, kind, to: recipient, status, attempts, at, sent_at: sentAt, error };
}
