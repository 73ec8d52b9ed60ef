/** Second factors of people, in the region's D1: a sealed secret, and recovery codes by their hash. */
import { and, count, eq, lt, ne } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { recoveryCodes, secondFactors, users } from '#storage/d1/identity-schema';
import type { SecondFactor, SecondFactorStore } from '#storage/identity-ports';

export class D1SecondFactors implements SecondFactorStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async get(tenant: string, user: string): Promise<SecondFactor | null> {
    const row = await this.#db.select().from(secondFactors).where(factorOf(tenant, user)).get();
    return row ? { sealed: row.sealed, sealed_by: row.sealedBy, enabled_at: row.enabledAt, last_step: row.lastStep } : null;
  }

  async begin(tenant: string, user: string, { sealed, sealed_by }: Pick<SecondFactor, 'sealed' | 'sealed_by'>): Promise<void> {
    const fresh = { sealed, sealedBy: sealed_by, enabledAt: null, lastStep: 0 };
    await this.#db
      .insert(secondFactors)
      .values({ tenant, user, ...fresh })
      .onConflictDoUpdate({ target: [secondFactors.tenant, secondFactors.user], set: fresh });
  }

  async enable(tenant: string, user: string, now: number, step: number, codeHashes: readonly string[]): Promise<void> {
    await this.#db.batch([
      this.#db.update(secondFactors).set({ enabledAt: now, lastStep: step }).where(factorOf(tenant, user)),
      this.#db.update(users).set({ secondFactor: true }).where(userOf(tenant, user)),
      ...this.#newCodes(tenant, user, codeHashes),
    ]);
  }

  async replaceCodes(tenant: string, user: string, codeHashes: readonly string[]): Promise<void> {
    await this.#db.batch(this.#newCodes(tenant, user, codeHashes));
  }

  async remove(tenant: string, user: string): Promise<void> {
    await this.#db.batch([
      this.#db.delete(secondFactors).where(factorOf(tenant, user)),
      this.#db.delete(recoveryCodes).where(codesOf(tenant, user)),
      this.#db.update(users).set({ secondFactor: false }).where(userOf(tenant, user)),
    ]);
  }

  async useStep(tenant: string, user: string, step: number): Promise<boolean> {
    const used = await this.#db
      .update(secondFactors)
      .set({ lastStep: step })
      .where(and(factorOf(tenant, user), lt(secondFactors.lastStep, step)))
      .returning({ user: secondFactors.user });
    return used.length > 0;
  }

  async useCode(tenant: string, user: string, hash: string): Promise<boolean> {
    const used = await this.#db
      .delete(recoveryCodes)
      .where(and(codesOf(tenant, user), eq(recoveryCodes.hash, hash)))
      .returning({ hash: recoveryCodes.hash });
    return used.length > 0;
  }

  async codesLeft(tenant: string, user: string): Promise<number> {
    return (await this.#db.select({ n: count() }).from(recoveryCodes).where(codesOf(tenant, user)).get())?.n ?? 0;
  }

  async sealedOtherwise(tenant: string, sealedBy: string, limit: number) {
    return this.#db
      .select({ user: secondFactors.user, sealed: secondFactors.sealed, sealed_by: secondFactors.sealedBy })
      .from(secondFactors)
      .where(and(eq(secondFactors.tenant, tenant), ne(secondFactors.sealedBy, sealedBy)))
      .limit(limit);
  }

  async reseal(tenant: string, user: string, from: string, { sealed, sealed_by }: Pick<SecondFactor, 'sealed' | 'sealed_by'>): Promise<void> {
    await this.#db
      .update(secondFactors)
      .set({ sealed, sealedBy: sealed_by })
      .where(and(factorOf(tenant, user), eq(secondFactors.sealed, from)));
  }

  #newCodes(tenant: string, user: string, hashes: readonly string[]) {
    return [
      this.#db.delete(recoveryCodes).where(codesOf(tenant, user)),
      this.#db.insert(recoveryCodes).values(hashes.map((hash) => ({ tenant, user, hash }))),
    ] as const;
  }
}

function factorOf(tenant: string, user: string) {
  return and(eq(secondFactors.tenant, tenant), eq(secondFactors.user, user));
}

function codesOf(tenant: string, user: string) {
  return and(eq(recoveryCodes.tenant, tenant), eq(recoveryCodes.user, user));
}

function userOf(tenant: string, id: string) {
  return and(eq(users.tenant, tenant), eq(users.id, id));
}
