/** People of a company, in the region's D1. */
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { anotherOwner } from '#storage/d1/another-owner';
import { recoveryCodes, secondFactors, signInTokens, userIdentities, userSessions, users } from '#storage/d1/identity-schema';
import type { User, UserStore } from '#storage/identity-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

/** D1 binds at most a hundred values to a statement. */
const IDS_AT_ONCE = 90;

export class D1Users implements UserStore {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
  }

  async create(tenant: string, user: User, passwordHash: string | null): Promise<boolean> {
    const { created_at, verified_at, disabled_at, last_sign_in_at, second_factor, ...rest } = user;
    const made = await this.#db
      .insert(users)
      .values({
        ...rest,
        tenant,
        passwordHash,
        createdAt: created_at,
        verifiedAt: verified_at,
        disabledAt: disabled_at,
        lastSignInAt: last_sign_in_at,
        secondFactor: second_factor,
      })
      .onConflictDoNothing()
      .returning({ id: users.id });
    return made.length > 0;
  }

  async get(tenant: string, id: string): Promise<User | null> {
    const row = await this.#db.select().from(users).where(isUser(tenant, id)).get();
    return row ? userOf(row) : null;
  }

  async byEmail(tenant: string, email: string): Promise<User | null> {
    const row = await this.#db
      .select()
      .from(users)
      .where(and(eq(users.tenant, tenant), eq(users.email, email)))
      .get();
    return row ? userOf(row) : null;
  }

  async byIds(tenant: string, ids: readonly string[]): Promise<User[]> {
    const found: User[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const rows = await this.#db
        .select()
        .from(users)
        .where(and(eq(users.tenant, tenant), inArray(users.id, ids.slice(at, at + IDS_AT_ONCE))));
      found.push(...rows.map(userOf));
    }
    return found;
  }

  async list(tenant: string, page: PageRequest): Promise<Page<User>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('users', ['string'], page.cursor);
    const rows = await this.#db
      .select()
      .from(users)
      .where(and(eq(users.tenant, tenant), after && gt(users.email, after[0])))
      .orderBy(asc(users.email))
      .limit(page.limit + 1);
    return pageOf(rows.map(userOf), page.limit, (last) => encodeCursor('users', [last.email]));
  }

  async passwordHash(tenant: string, id: string): Promise<string | null> {
    return (await this.#db.select({ hash: users.passwordHash }).from(users).where(isUser(tenant, id)).get())?.hash ?? null;
  }

  async setPassword(tenant: string, id: string, hash: string): Promise<void> {
    await this.#db.update(users).set({ passwordHash: hash }).where(isUser(tenant, id));
  }

  async verify(tenant: string, id: string, now: number): Promise<void> {
    await this.#db.update(users).set({ verifiedAt: now }).where(isUser(tenant, id));
  }

  async rename(tenant: string, id: string, name: string): Promise<void> {
    await this.#db.update(users).set({ name }).where(isUser(tenant, id));
  }

  async readdress(tenant: string, id: string, email: string, now: number): Promise<boolean> {
    const { meta } = await this.#d1
      .prepare('UPDATE OR IGNORE users SET email = ?3, verified_at = ?4 WHERE tenant = ?1 AND id = ?2')
      .bind(tenant, id, email, now)
      .run();
    return meta.changes > 0;
  }

  async disable(tenant: string, id: string, now: number): Promise<'done' | 'unknown' | 'last_owner'> {
    const owns = sql`EXISTS (SELECT 1 FROM members WHERE members.tenant = ${tenant} AND members.level = 'company' AND members.place_id = ''
      AND members.subject = ${id} AND members.role = 'owner')`;
    const disabled = await this.#db
      .update(users)
      .set({ disabledAt: now })
      .where(and(isUser(tenant, id), sql`(NOT ${owns} OR ${anotherOwner(tenant, id)})`))
      .returning({ id: users.id });
    if (disabled.length > 0) return 'done';
    return (await this.get(tenant, id)) ? 'last_owner' : 'unknown';
  }

  async enable(tenant: string, id: string): Promise<boolean> {
    return (await this.#db.update(users).set({ disabledAt: null }).where(isUser(tenant, id)).returning({ id: users.id })).length > 0;
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const [removed] = await this.#db.batch([
      this.#db.delete(users).where(isUser(tenant, id)).returning({ id: users.id }),
      this.#db.delete(userSessions).where(and(eq(userSessions.tenant, tenant), eq(userSessions.user, id))),
      this.#db.delete(userIdentities).where(and(eq(userIdentities.tenant, tenant), eq(userIdentities.user, id))),
      this.#db.delete(secondFactors).where(and(eq(secondFactors.tenant, tenant), eq(secondFactors.user, id))),
      this.#db.delete(recoveryCodes).where(and(eq(recoveryCodes.tenant, tenant), eq(recoveryCodes.user, id))),
      this.#db
        .delete(signInTokens)
        .where(and(eq(signInTokens.tenant, tenant), inArray(signInTokens.kind, ['verify', 'reset', 'email']), eq(signInTokens.subject, id))),
    ]);
    return removed.length > 0;
  }

  async signedIn(tenant: string, id: string, now: number): Promise<void> {
    await this.#db.update(users).set({ lastSignInAt: now }).where(isUser(tenant, id));
  }

  async byIdentity(tenant: string, provider: string, subject: string): Promise<User | null> {
    const row = await this.#db
      .select({ user: users })
      .from(userIdentities)
      .innerJoin(users, and(eq(users.tenant, userIdentities.tenant), eq(users.id, userIdentities.user)))
      .where(and(eq(userIdentities.tenant, tenant), eq(userIdentities.provider, provider), eq(userIdentities.subject, subject)))
      .get();
    return row ? userOf(row.user) : null;
  }

  async link(tenant: string, provider: string, subject: string, user: string, now: number): Promise<void> {
    await this.#db.insert(userIdentities).values({ tenant, provider, subject, user, createdAt: now }).onConflictDoNothing();
  }
}

function isUser(tenant: string, id: string) {
  return and(eq(users.tenant, tenant), eq(users.id, id));
}

function userOf(row: typeof users.$inferSelect): User {
  const { id, email, name, createdAt, verifiedAt, disabledAt, lastSignInAt, secondFactor } = row;
  return {
    id,
    email,
    name,
    created_at: createdAt,
    verified_at: verifiedAt,
    disabled_at: disabledAt,
    last_sign_in_at: lastSignInAt,
    second_factor: secondFactor,
  };
}
