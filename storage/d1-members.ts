/**
 * Roles of people and service accounts.
 *
 * 1. Whether the last owner would go is decided by the statement that changes the row, so that two at the same moment
 *    cannot both go.
 * 2. Grants are read by every request of a person, hence kept for a moment; a change elsewhere holds that much later.
 */
import { and, asc, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { Grants, Level, PlaceRef, Role } from '#contracts/access';
import type { Member, MemberStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { members } from '#storage/d1/access-schema';
import { anotherOwner } from '#storage/d1/another-owner';
import { grantsOfRows } from '#storage/grant-rows';
import { IsolateCache } from '#storage/isolate-cache';
import type { Page, PageRequest } from '#storage/platform-ports';

const GRANTS_LIFETIME_MS = 2000;

export type GrantsCache = IsolateCache<Grants>;

export function createGrantsCache(now?: () => number): GrantsCache {
  return new IsolateCache({ max: 2000, ttlMs: GRANTS_LIFETIME_MS, now });
}

/** Left to itself the planner takes the table's key, which reads all members of the company. */
const OF_SUBJECT = 'FROM members INDEXED BY members_subject';

/** Own roles, and for each organization its projects. */
const GRANTS = `SELECT level, place_id AS id, role ${OF_SUBJECT} WHERE tenant = ?1 AND subject = ?2
UNION ALL
SELECT 'project', projects.id, members.role ${OF_SUBJECT}
JOIN projects ON projects.tenant = members.tenant AND projects.organization = members.place_id
WHERE members.tenant = ?1 AND members.subject = ?2 AND members.level = 'organization'`;

const isOwningPerson = (row: PlaceRef & { subject: string; role: Role }): boolean =>
  row.level === 'company' && row.role === 'owner' && row.subject.startsWith('usr_');

export class D1Members implements MemberStore {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;
  readonly #cache: GrantsCache;

  constructor(d1: D1Database, cache: GrantsCache = createGrantsCache()) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
    this.#cache = cache;
  }

  async grantsOf(tenant: string, subject: string): Promise<Grants> {
    const cached = this.#cache.get(`${tenant}/${subject}`);
    if (cached) return cached;
    const { results } = await this.#d1.prepare(GRANTS).bind(tenant, subject).all<{ level: Level; id: string; role: Role }>();
    const grants = grantsOfRows(results);
    this.#cache.set(`${tenant}/${subject}`, grants);
    return grants;
  }

  async grantsIn(tenant: string, organization: string, role: Role): Promise<Grants> {
    const cached = this.#cache.get(`${tenant}/${organization}/${role}`);
    if (cached) return cached;
    const { results } = await this.#d1
      .prepare('SELECT id FROM projects WHERE tenant = ? AND organization = ?')
      .bind(tenant, organization)
      .all<{ id: string }>();
    const grants = grantsOfRows([{ level: 'organization', id: organization, role }, ...results.map(({ id }) => ({ level: 'project' as const, id, role }))]);
    this.#cache.set(`${tenant}/${organization}/${role}`, grants);
    return grants;
  }

  async get(tenant: string, place: PlaceRef, subject: string): Promise<Member | null> {
    const row = await this.#db
      .select()
      .from(members)
      .where(at(tenant, place, subject))
      .get();
    return row ? memberOf(row) : null;
  }

  async put(tenant: string, member: Member): Promise<'done' | 'last_owner'> {
    const { level, id, subject, role, created_at, created_by } = member;
    const keepsOwner = isOwningPerson(member) || level !== 'company' || !subject.startsWith('usr_');
    const done = await this.#db
      .insert(members)
      .values({ tenant, level, placeId: id, subject, role, createdAt: created_at, createdBy: created_by })
      .onConflictDoUpdate({
        target: [members.tenant, members.level, members.placeId, members.subject],
        set: { role },
        setWhere: keepsOwner ? undefined : sql`${members.role} <> 'owner' OR ${anotherOwner(tenant, subject)}`,
      })
      .returning({ subject: members.subject });
    this.#forget(tenant, subject);
    return done.length === 1 ? 'done' : 'last_owner';
  }

  async remove(tenant: string, place: PlaceRef, subject: string): Promise<'done' | 'unknown' | 'last_owner'> {
    const removed = await this.#db
      .delete(members)
      .where(and(at(tenant, place, subject), mayGo(tenant, subject)))
      .returning({ subject: members.subject });
    this.#forget(tenant, subject);
    if (removed.length === 1) return 'done';
    return (await this.get(tenant, place, subject)) ? 'last_owner' : 'unknown';
  }

  async list(tenant: string, place: PlaceRef, page: PageRequest): Promise<Page<Member>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('members', ['string'], page.cursor)[0];
    const rows = await this.#db
      .select()
      .from(members)
      .where(
        and(
          eq(members.tenant, tenant),
          eq(members.level, place.level),
          eq(members.placeId, place.id),
          after === undefined ? undefined : gt(members.subject, after),
        ),
      )
      .orderBy(asc(members.subject))
      .limit(page.limit + 1);
    return pageOf(rows.map(memberOf), page.limit, (last) => encodeCursor('members', [last.subject]));
  }

  async ofSubject(tenant: string, subject: string, page: PageRequest): Promise<Page<Member>> {
    const [level, id] = page.cursor === undefined ? ['', ''] : decodeCursor('roles', ['string', 'string'], page.cursor);
    const { results } = await this.#d1
      .prepare(
        `SELECT level, place_id AS id, subject, role, created_at, created_by ${OF_SUBJECT}
        WHERE tenant = ?1 AND subject = ?2 AND (level, place_id) > (?3, ?4) ORDER BY level, place_id LIMIT ?5`,
      )
      .bind(tenant, subject, level, id, page.limit + 1)
      .all<Member>();
    return pageOf(results, page.limit, (last) => encodeCursor('roles', [last.level, last.id]));
  }

  async isMember(tenant: string, subject: string): Promise<boolean> {
    return (await this.#d1.prepare(`SELECT 1 ${OF_SUBJECT} WHERE tenant = ?1 AND subject = ?2 LIMIT 1`).bind(tenant, subject).first()) !== null;
  }

  async removeSubject(tenant: string, subject: string): Promise<'done' | 'last_owner'> {
    const own = and(eq(members.tenant, tenant), eq(members.subject, subject));
    const company = await this.remove(tenant, { level: 'company', id: '' }, subject);
    if (company === 'last_owner') return company;
    await this.#db.delete(members).where(and(own, ne(members.level, 'company')));
    this.#forget(tenant, subject);
    return 'done';
  }

  async removePlace(tenant: string, place: PlaceRef): Promise<void> {
    await this.#db.delete(members).where(and(eq(members.tenant, tenant), eq(members.level, place.level), eq(members.placeId, place.id)));
    this.#cache.deletePrefix(`${tenant}/`);
  }

  projectsChanged(tenant: string): void {
    this.#cache.deletePrefix(`${tenant}/`);
  }

  #forget(tenant: string, subject: string): void {
    this.#cache.delete(`${tenant}/${subject}`);
  }
}

function at(tenant: string, place: PlaceRef, subject: string): SQL | undefined {
  return and(eq(members.tenant, tenant), eq(members.level, place.level), eq(members.placeId, place.id), eq(members.subject, subject));
}

function mayGo(tenant: string, subject: string): SQL | undefined {
  return subject.startsWith('usr_') ? sql`(${members.level} <> 'company' OR ${members.role} <> 'owner' OR ${anotherOwner(tenant, subject)})` : undefined;
}

function memberOf(row: typeof members.$inferSelect): Member {
  return { level: row.level, id: row.placeId, subject: row.subject, role: row.role, created_at: row.createdAt, created_by: row.createdBy };
}
