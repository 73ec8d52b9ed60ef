/** Members as the API shows them, with their names. */
import type { Member } from '#storage/access-ports';
import { instant } from '#workers/api/views';
import { namedPlace } from '#workers/identity/places';
import { kindOf, namesOf } from '#workers/identity/subjects';
import type { Stores } from '#workers/stores';

export async function memberViews(stores: Stores, tenant: string, members: readonly Member[]) {
  const names = await namesOf(stores, tenant, [...new Set(members.map(({ subject }) => subject))]);
  return members.map((member) => ({
    member: member.subject,
    kind: kindOf(member.subject),
    ...names.get(member.subject),
    role: member.role,
    level: member.level,
    ...namedPlace(member),
    created_at: instant(member.created_at),
    created_by: member.created_by,
  }));
}
