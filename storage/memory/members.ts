/** Memory twin of the members. */
import { COMPANY, type Grants, type PlaceRef, type Role } from '#contracts/access';
import type { HierarchyStore, Member, MemberStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { grantsOfRows } from '#storage/grant-rows';
import type { Page, PageRequest } from '#storage/platform-ports';

/** More projects of one organization than a test has. */
const ALL = 10_000;

export class MemoryMembers implements MemberStore {
  readonly #members = new Map<string, Member & { tenant: string }>();
  readonly #hierarchy: Pick<HierarchyStore, 'projects'>;

  constructor(hierarchy: Pick<HierarchyStore, 'projects'>) {
    this.#hierarchy = hierarchy;
  }

  async grantsOf(tenant: string, subject: string): Promise<Grants> {
    const own = this.#of(tenant).filter((member) => member.subject === subject);
    const inherited = await Promise.all(own.filter(({ level }) => level === 'organization').map(({ id, role }) => this.#projectsIn(tenant, id, role)));
    return grantsOfRows([...own, ...inherited.flat()]);
  }

  async grantsIn(tenant: string, organization: string, role: Role): Promise<Grants> {
    return grantsOfRows([{ level: 'organization', id: organization, role }, ...(await this.#projectsIn(tenant, organization, role))]);
  }

  async #projectsIn(tenant: string, organization: string, role: Role): Promise<(PlaceRef & { role: Role })[]> {
    const { items } = await this.#hierarchy.projects(tenant, { organization, limit: ALL });
    return items.map(({ id }) => ({ level: 'project', id, role }));
  }

  async get(tenant: string, place: PlaceRef, subject: string): Promise<Member | null> {
    const found = this.#members.get(keyOf(tenant, place, subject));
    return found ? bare(found) : null;
  }

  async put(tenant: string, member: Member): Promise<'done' | 'last_owner'> {
    const known = this.#members.get(keyOf(tenant, member, member.subject));
    if (known && member.role !== 'owner' && this.#isLastOwner(known)) return 'last_owner';
    this.#members.set(keyOf(tenant, member, member.subject), known ? { ...known, role: member.role } : { ...member, tenant });
    return 'done';
  }

  async remove(tenant: string, place: PlaceRef, subject: string): Promise<'done' | 'unknown' | 'last_owner'> {
    const known = this.#members.get(keyOf(tenant, place, subject));
    if (!known) return 'unknown';
    if (this.#isLastOwner(known)) return 'last_owner';
    this.#members.delete(keyOf(tenant, place, subject));
    return 'done';
  }

  async list(tenant: string, place: PlaceRef, page: PageRequest): Promise<Page<Member>> {
    const after = page.cursor === undefined ? '' : decodeCursor('members', ['string'], page.cursor)[0];
    const rows = this.#of(tenant)
      .filter((member) => member.level === place.level && member.id === place.id && member.subject > after)
      .sort((left, right) => (left.subject < right.subject ? -1 : 1))
      .map(bare);
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('members', [last.subject]));
  }

  async ofSubject(tenant: string, subject: string, page: PageRequest): Promise<Page<Member>> {
    const after = page.cursor === undefined ? '' : decodeCursor('roles', ['string', 'string'], page.cursor).join('/');
    const rows = this.#of(tenant)
      .filter((member) => member.subject === subject && placeOf(member) > after)
      .sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1))
      .map(bare);
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('roles', [last.level, last.id]));
  }

  async isMember(tenant: string, subject: string): Promise<boolean> {
    return this.#of(tenant).some((member) => member.subject === subject);
  }

  async removeSubject(tenant: string, subject: string): Promise<'done' | 'last_owner'> {
    if ((await this.remove(tenant, COMPANY, subject)) === 'last_owner') return 'last_owner';
    this.#drop((member) => member.tenant === tenant && member.subject === subject);
    return 'done';
  }

  async removePlace(tenant: string, place: PlaceRef): Promise<void> {
    this.#drop((member) => member.tenant === tenant && member.level === place.level && member.id === place.id);
  }

  projectsChanged(): void {}

  #isLastOwner(member: Member & { tenant: string }): boolean {
    const owns = ({ level, role, subject }: Member) => level === 'company' && role === 'owner' && subject.startsWith('usr_');
    return owns(member) && !this.#of(member.tenant).some((other) => owns(other) && other.subject !== member.subject);
  }

  #drop(which: (member: Member & { tenant: string }) => boolean): void {
    for (const [key, member] of this.#members) if (which(member)) this.#members.delete(key);
  }

  #of(tenant: string): (Member & { tenant: string })[] {
    return [...this.#members.values()].filter((member) => member.tenant === tenant);
  }
}

function keyOf(tenant: string, place: PlaceRef, subject: string): string {
  return `${tenant}/${placeOf(place)}/${subject}`;
}

function placeOf({ level, id }: PlaceRef): string {
  return `${level}/${id}`;
}

function bare({ level, id, subject, role, created_at, created_by }: Member): Member {
  return { level, id, subject, role, created_at, created_by };
}
