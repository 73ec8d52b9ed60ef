/** Answers of SAML providers, in the region's D1; those that hold no more are let go whenever one comes. */
import { and, eq, gt, isNotNull, lte } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { samlAnswers } from '#storage/d1/identity-schema';
import type { SamlAnswer, SamlAnswerStore, SamlPerson } from '#storage/identity-ports';

export class D1SamlAnswers implements SamlAnswerStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async keep(tenant: string, answer: SamlAnswer, now: number): Promise<boolean> {
    const { provider, assertion, request, person, code_hash: codeHash, code_until: codeUntil, expires_at: expiresAt } = answer;
    const [, kept] = await this.#db.batch([
      this.#db.delete(samlAnswers).where(and(eq(samlAnswers.tenant, tenant), lte(samlAnswers.expiresAt, now))),
      this.#db
        .insert(samlAnswers)
        .values({ tenant, provider, assertion, request, codeHash, codeUntil, person, expiresAt })
        .onConflictDoNothing()
        .returning({ assertion: samlAnswers.assertion }),
    ]);
    return kept.length > 0;
  }

  async take(tenant: string, codeHash: string, now: number): Promise<{ provider: string; request: string; person: SamlPerson } | null> {
    const isThere = and(eq(samlAnswers.tenant, tenant), eq(samlAnswers.codeHash, codeHash), gt(samlAnswers.codeUntil, now), isNotNull(samlAnswers.person));
    // One transaction: an update answers with what it wrote, not with what was there.
    const [found] = await this.#db.batch([
      this.#db.select({ provider: samlAnswers.provider, request: samlAnswers.request, person: samlAnswers.person }).from(samlAnswers).where(isThere),
      this.#db.update(samlAnswers).set({ person: null }).where(isThere),
    ]);
    const [answer] = found;
    return answer?.person ? { provider: answer.provider, request: answer.request, person: answer.person } : null;
  }
}
