/** Sessions of people, in the region's D1, with a cache of the isolate: one that was ended elsewhere works two seconds longer at most. */
import { and, desc, eq, gt, isNull, lte, ne } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { userSessions, users } from '#storage/d1/identity-schema';
import type { UserSession, UserSessionStore } from '#storage/identity-ports';
import { IsolateCache } from '#storage/isolate-cache';

/** More than anybody has; a list is never longer. */
const LISTED = 200;

export type UserSessionCache = IsolateCache<UserSession>;

export function createUserSessionCache(): UserSessionCache {
  return new IsolateCache({ max: 5000, ttlMs: 2000 });
}

export class D1UserSessions implements UserSessionStore {
  readonly #db: DrizzleD1Database;
  readonly #cache: UserSessionCache;

  constructor(d1: D1Database, cache: UserSessionCache = createUserSessionCache()) {
    this.#db = drizzle(d1);
    this.#cache = cache;
  }

  async create(tenant: string, session: UserSession, refreshHash: string | null): Promise<void> {
    const { user_agent, created_at, last_seen_at, expires_at, ...rest } = session;
    await this.#db.batch([
      this.#db.insert(userSessions).values({
        ...rest,
        tenant,
        userAgent: user_agent,
        createdAt: created_at,
        lastSeenAt: last_seen_at,
        expiresAt: expires_at,
        refreshHash,
      }),
      this.#db.delete(userSessions).where(and(sessionsOf(tenant, session.user), lte(userSessions.expiresAt, created_at))),
    ]);
  }

  async get(tenant: string, id: string, now: number): Promise<UserSession | null> {
    const known = this.#cache.get(`${tenant}/${id}`);
    if (known) return known.expires_at > now ? known : null;
    const row = await this.#db
      .select({ session: userSessions })
      .from(userSessions)
      .innerJoin(users, and(eq(users.tenant, userSessions.tenant), eq(users.id, userSessions.user)))
      .where(and(isSession(tenant, id), gt(userSessions.expiresAt, now), isNull(users.disabledAt)))
      .get();
    if (!row) return null;
    const session = sessionOf(row.session);
    this.#cache.set(`${tenant}/${id}`, session);
    return session;
  }

  async ofUser(tenant: string, user: string, now: number): Promise<UserSession[]> {
    const rows = await this.#db
      .select()
      .from(userSessions)
      .where(and(sessionsOf(tenant, user), gt(userSessions.expiresAt, now)))
      .orderBy(desc(userSessions.createdAt))
      .limit(LISTED);
    return rows.map(sessionOf);
  }

  async seen(tenant: string, id: string, now: number): Promise<void> {
    await this.#db.update(userSessions).set({ lastSeenAt: now }).where(isSession(tenant, id));
    this.#cache.delete(`${tenant}/${id}`);
  }

  async rotate(tenant: string, id: string, hash: string, nextHash: string, now: number): Promise<UserSession | 'reused' | null> {
    const session = await this.get(tenant, id, now);
    if (session?.kind !== 'api') return null;
    const rotated = await this.#db
      .update(userSessions)
      .set({ refreshHash: nextHash, lastSeenAt: now })
      .where(and(isSession(tenant, id), eq(userSessions.refreshHash, hash)))
      .returning({ id: userSessions.id });
    if (rotated.length > 0) return session;
    await this.remove(tenant, session.user, id);
    return 'reused';
  }

  async remove(tenant: string, user: string, id: string): Promise<boolean> {
    const removed = await this.#db
      .delete(userSessions)
      .where(and(isSession(tenant, id), eq(userSessions.user, user)))
      .returning({ id: userSessions.id });
    this.#cache.delete(`${tenant}/${id}`);
    return removed.length > 0;
  }

  async removeOthers(tenant: string, user: string, keep: string | null): Promise<void> {
    await this.#db.delete(userSessions).where(and(sessionsOf(tenant, user), keep === null ? undefined : ne(userSessions.id, keep)));
    this.#cache.deletePrefix(`${tenant}/`);
  }
}

function isSession(tenant: string, id: string) {
  return and(eq(userSessions.tenant, tenant), eq(userSessions.id, id));
}

function sessionsOf(tenant: string, user: string) {
  return and(eq(userSessions.tenant, tenant), eq(userSessions.user, user));
}

function sessionOf({ id, user, kind, method, userAgent, address, createdAt, lastSeenAt, expiresAt }: typeof userSessions.$inferSelect): UserSession {
  return { id, user, kind, method, user_agent: userAgent, address, created_at: createdAt, last_seen_at: lastSeenAt, expires_at: expiresAt };
}
