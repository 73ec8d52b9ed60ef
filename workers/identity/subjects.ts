/** Whom a role can be given to: people of the company (`usr_…`) and its service accounts (`svc_…`). */
import { Problem } from '#contracts/problems';
import type { Stores } from '#workers/stores';

export type SubjectKind = 'user' | 'service_account';

export interface SubjectNames {
  name?: string;
  email?: string;
}

const SUBJECT = /^(?:usr|svc)_[0-9A-Za-z]{1,40}$/;

export function kindOf(subject: string): SubjectKind {
  return subject.startsWith('svc_') ? 'service_account' : 'user';
}

export function unknownMember(subject: string): Problem {
  return new Problem('unknown_member', `There is nobody ${subject.slice(0, 64)} in the company.`);
}

/** Throws Problem('unknown_member'). People get their account by an invitation, or by the company's own sign-in. */
export async function mustExist(stores: Pick<Stores, 'users' | 'serviceAccounts'>, tenant: string, subject: string): Promise<void> {
  const known = SUBJECT.test(subject) && (await (kindOf(subject) === 'service_account' ? stores.serviceAccounts : stores.users).get(tenant, subject)) !== null;
  if (!known) throw unknownMember(subject);
}

/** What is known of each, by id. */
export async function namesOf(
  stores: Pick<Stores, 'serviceAccounts' | 'users'>,
  tenant: string,
  subjects: readonly string[],
): Promise<Map<string, SubjectNames>> {
  const of = (kind: SubjectKind) => subjects.filter((subject) => kindOf(subject) === kind);
  const [accounts, people] = await Promise.all([stores.serviceAccounts.some(tenant, of('service_account')), stores.users.byIds(tenant, of('user'))]);
  return new Map<string, SubjectNames>([
    ...accounts.map(({ id, name }): [string, SubjectNames] => [id, { name }]),
    ...people.map(({ id, name, email }): [string, SubjectNames] => [id, { name, email }]),
  ]);
}
