/** Memory twin of the invitations. */
import { atLeast, type PlaceRef } from '#contracts/access';
import type { Invitation, InvitationStore, MemberStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page, PageRequest } from '#storage/platform-ports';

interface Entry {
  tenant: string;
  tokenHash: string;
  invitation: Invitation;
}

export class MemoryInvitations implements InvitationStore {
  #entries: Entry[] = [];
  readonly #members: Pick<MemberStore, 'get' | 'put'>;

  constructor(members: Pick<MemberStore, 'get' | 'put'>) {
    this.#members = members;
  }

  async create(tenant: string, invitation: Invitation, tokenHash: string): Promise<void> {
    this.#drop((entry) => entry.tenant === tenant && entry.invitation.email === invitation.email && isAt(entry.invitation, invitation));
    this.#entries.push({ tenant, tokenHash, invitation: { ...invitation } });
  }

  async get(tenant: string, id: string): Promise<Invitation | null> {
    return this.#of(tenant).find((entry) => entry.invitation.invitation_id === id)?.invitation ?? null;
  }

  async byToken(tenant: string, tokenHash: string, now: number): Promise<Invitation | null> {
    return this.#of(tenant).find((entry) => entry.tokenHash === tokenHash && entry.invitation.expires_at > now)?.invitation ?? null;
  }

  async list(tenant: string, { limit, cursor, place }: PageRequest & { place?: PlaceRef }): Promise<Page<Invitation>> {
    const after = cursor === undefined ? '' : decodeCursor('invitations', ['string'], cursor)[0];
    const rows = this.#of(tenant)
      .map(({ invitation }) => invitation)
      .filter((invitation) => invitation.invitation_id > after && (!place || isAt(invitation, place)))
      .sort((left, right) => (left.invitation_id < right.invitation_id ? -1 : 1));
    return pageOf(rows.slice(0, limit + 1), limit, (last) => encodeCursor('invitations', [last.invitation_id]));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    return this.#drop((entry) => entry.tenant === tenant && entry.invitation.invitation_id === id);
  }

  async accept(tenant: string, tokenHash: string, subject: string, now: number): Promise<Invitation | null> {
    const found = await this.byToken(tenant, tokenHash, now);
    if (!found) return null;
    await this.#take(tenant, found, subject, now);
    return found;
  }

  async isInvited(tenant: string, email: string, now: number): Promise<boolean> {
    return this.#to(tenant, email, now).length > 0;
  }

  async acceptOf(tenant: string, email: string, subject: string, now: number): Promise<Invitation[]> {
    const found = this.#to(tenant, email, now);
    for (const invitation of found) await this.#take(tenant, invitation, subject, now);
    return found;
  }

  async count(tenant: string): Promise<number> {
    return this.#of(tenant).length;
  }

  async removePlace(tenant: string, place: PlaceRef): Promise<void> {
    this.#drop((entry) => entry.tenant === tenant && isAt(entry.invitation, place));
  }

  async #take(tenant: string, invitation: Invitation, subject: string, now: number): Promise<void> {
    this.#drop((entry) => entry.tenant === tenant && entry.invitation === invitation);
    const { level, id, role, created_by } = invitation;
    const known = await this.#members.get(tenant, invitation, subject);
    if (!atLeast(known?.role, role)) await this.#members.put(tenant, { level, id, subject, role, created_at: now, created_by });
  }

  #to(tenant: string, email: string, now: number): Invitation[] {
    const open = this.#of(tenant).filter(({ invitation }) => invitation.email === email && invitation.expires_at > now);
    return open.map(({ invitation }) => invitation);
  }

  #of(tenant: string): Entry[] {
    return this.#entries.filter((entry) => entry.tenant === tenant);
  }

  #drop(which: (entry: Entry) => boolean): boolean {
    const kept = this.#entries.filter((entry) => !which(entry));
    const dropped = kept.length < this.#entries.length;
    this.#entries = kept;
    return dropped;
  }
}

function isAt(left: PlaceRef, right: PlaceRef): boolean {
  return left.level === right.level && left.id === right.id;
}
