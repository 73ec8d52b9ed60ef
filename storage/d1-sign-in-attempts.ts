/** Attempts to sign in, in the region's D1: a row for each subject, forgotten once its window is over. */
import { and, eq, lt, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { signInAttempts } from '#storage/d1/identity-schema';
import type { AttemptStore } from '#storage/identity-ports';

/** Longer than any window that is asked for. */
const FORGET_AFTER_MS = 24 * 3_600_000;

export class D1SignInAttempts implements AttemptStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async admit(tenant: string, subject: string, now: number, windowMs: number, max: number): Promise<boolean> {
    const over = now - windowMs;
    const [counted] = await this.#db.batch([
      this.#db
        .insert(signInAttempts)
        .values({ tenant, subject, since: now, count: 1 })
        .onConflictDoUpdate({
          target: [signInAttempts.tenant, signInAttempts.subject],
          set: {
            since: sql`CASE WHEN ${signInAttempts.since} <= ${over} THEN ${now} ELSE ${signInAttempts.since} END`,
            count: sql`CASE WHEN ${signInAttempts.since} <= ${over} THEN 1 ELSE ${signInAttempts.count} + 1 END`,
          },
          setWhere: sql`${signInAttempts.since} <= ${over} OR ${signInAttempts.count} < ${max}`,
        })
        .returning({ count: signInAttempts.count }),
      this.#db.delete(signInAttempts).where(and(eq(signInAttempts.tenant, tenant), lt(signInAttempts.since, now - FORGET_AFTER_MS))),
    ]);
    return counted.length > 0;
  }

  async forget(tenant: string, subject: string): Promise<void> {
    await this.#db.delete(signInAttempts).where(and(eq(signInAttempts.tenant, tenant), eq(signInAttempts.subject, subject)));
  }
}
