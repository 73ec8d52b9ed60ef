/** Tokens of mailed links, in the region's D1. Taking one is one statement, so that it is taken once. */
import { and, eq, gt } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { signInTokens } from '#storage/d1/identity-schema';
import type { SignInTokenKind, SignInTokenStore } from '#storage/identity-ports';

export class D1SignInTokens implements SignInTokenStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async create(tenant: string, { hash, kind, subject, expires_at }: Parameters<SignInTokenStore['create']>[1]): Promise<void> {
    await this.#db
      .insert(signInTokens)
      .values({ tenant, hash, kind, subject, expiresAt: expires_at })
      .onConflictDoUpdate({ target: [signInTokens.tenant, signInTokens.kind, signInTokens.subject], set: { hash, expiresAt: expires_at } });
  }

  async peek(tenant: string, kind: SignInTokenKind, hash: string, now: number): Promise<string | null> {
    const row = await this.#db
      .select({ subject: signInTokens.subject })
      .from(signInTokens)
      .where(isValid(tenant, kind, hash, now))
      .get();
    return row?.subject ?? null;
  }

  async take(tenant: string, kind: SignInTokenKind, hash: string, now: number): Promise<string | null> {
    const [row] = await this.#db
      .delete(signInTokens)
      .where(isValid(tenant, kind, hash, now))
      .returning({ subject: signInTokens.subject });
    return row?.subject ?? null;
  }
}

function isValid(tenant: string, kind: SignInTokenKind, hash: string, now: number) {
  return and(eq(signInTokens.tenant, tenant), eq(signInTokens.hash, hash), eq(signInTokens.kind, kind), gt(signInTokens.expiresAt, now));
}
