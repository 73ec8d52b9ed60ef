/** Open invitations. Taking one gives the role and removes it in one transaction, so that a token works once. */
import { and, asc, eq, gt } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { PlaceRef } from '#contracts/access';
import type { Invitation, InvitationStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { invitations } from '#storage/d1/access-schema';
import type { Page, PageRequest } from '#storage/platform-ports';

type Row = typeof invitations.$inferSelect;

type By = 'token_hash' | 'email';

/** A role that is there already is kept where it is the higher one. */
const give = (by: By) => `INSERT INTO members (tenant, level, place_id, subject, role, created_at, created_by)
SELECT tenant, level, place_id, ?3, role, ?4, created_by FROM invitations WHERE tenant = ?1 AND ${by} = ?2 AND expires_at > ?4
ON CONFLICT (tenant, level, place_id, subject) DO UPDATE SET role = excluded.role
WHERE instr('viewer editor admin owner', excluded.role) > instr('viewer editor admin owner', members.role)`;
const end = (by: By) => `DELETE FROM invitations WHERE tenant = ?1 AND ${by} = ?2 AND expires_at > ?3 RETURNING *`;

interface TakenRow {
  id: string;
  email: string;
  level: Row['level'];
  place_id: string;
  role: Row['role'];
  created_at: number;
  created_by: string;
  expires_at: number;
}

export class D1Invitations implements InvitationStore {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
  }

  async create(tenant: string, invitation: Invitation, tokenHash: string): Promise<void> {
    const { invitation_id, email, level, id, role, created_at, created_by, expires_at } = invitation;
    await this.#db.batch([
      this.#db
        .delete(invitations)
        .where(and(eq(invitations.tenant, tenant), eq(invitations.email, email), eq(invitations.level, level), eq(invitations.placeId, id))),
      this.#db.insert(invitations).values({
        tenant,
        id: invitation_id,
        tokenHash,
        email,
        level,
        placeId: id,
        role,
        createdAt: created_at,
        createdBy: created_by,
        expiresAt: expires_at,
      }),
    ]);
  }

  async get(tenant: string, id: string): Promise<Invitation | null> {
    const row = await this.#db
      .select()
      .from(invitations)
      .where(and(eq(invitations.tenant, tenant), eq(invitations.id, id)))
      .get();
    return row ? invitationOf(row) : null;
  }

  async byToken(tenant: string, tokenHash: string, now: number): Promise<Invitation | null> {
    const row = await this.#db
      .select()
      .from(invitations)
      .where(and(eq(invitations.tenant, tenant), eq(invitations.tokenHash, tokenHash), gt(invitations.expiresAt, now)))
      .get();
    return row ? invitationOf(row) : null;
  }

  async list(tenant: string, { limit, cursor, place }: PageRequest & { place?: PlaceRef }): Promise<Page<Invitation>> {
    const after = cursor === undefined ? undefined : decodeCursor('invitations', ['string'], cursor)[0];
    const rows = await this.#db
      .select()
      .from(invitations)
      .where(
        and(
          eq(invitations.tenant, tenant),
          after === undefined ? undefined : gt(invitations.id, after),
          place && and(eq(invitations.level, place.level), eq(invitations.placeId, place.id)),
        ),
      )
      .orderBy(asc(invitations.id))
      .limit(limit + 1);
    return pageOf(rows.map(invitationOf), limit, (last) => encodeCursor('invitations', [last.invitation_id]));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#db
      .delete(invitations)
      .where(and(eq(invitations.tenant, tenant), eq(invitations.id, id)))
      .returning({ id: invitations.id });
    return removed.length === 1;
  }

  async accept(tenant: string, tokenHash: string, subject: string, now: number): Promise<Invitation | null> {
    return (await this.#take('token_hash', tenant, tokenHash, subject, now))[0] ?? null;
  }

  async isInvited(tenant: string, email: string, now: number): Promise<boolean> {
    return (await this.#db.$count(invitations, and(eq(invitations.tenant, tenant), eq(invitations.email, email), gt(invitations.expiresAt, now)))) > 0;
  }

  acceptOf(tenant: string, email: string, subject: string, now: number): Promise<Invitation[]> {
    return this.#take('email', tenant, email, subject, now);
  }

  async #take(by: By, tenant: string, value: string, subject: string, now: number): Promise<Invitation[]> {
    const [, taken] = await this.#d1.batch<TakenRow>([
      this.#d1.prepare(give(by)).bind(tenant, value, subject, now),
      this.#d1.prepare(end(by)).bind(tenant, value, now),
    ]);
    return taken!.results.map(({ id, place_id, email, level, role, created_at, created_by, expires_at }) => ({
      invitation_id: id,
      level,
      id: place_id,
      email,
      role,
      created_at,
      created_by,
      expires_at,
    }));
  }

  count(tenant: string): Promise<number> {
    return this.#db.$count(invitations, eq(invitations.tenant, tenant));
  }

  async removePlace(tenant: string, place: PlaceRef): Promise<void> {
    await this.#db.delete(invitations).where(and(eq(invitations.tenant, tenant), eq(invitations.level, place.level), eq(invitations.placeId, place.id)));
  }
}

function invitationOf(row: Row): Invitation {
  return {
    invitation_id: row.id,
    level: row.level,
    id: row.placeId,
    email: row.email,
    role: row.role,
    created_at: row.createdAt,
    created_by: row.createdBy,
    expires_at: row.expiresAt,
  };
}
