/** Everybody of the company, its people and its programs, for pages that name somebody. */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import { type Answer, get } from './api';
import type { MemberItem, Page, ServiceAccountItem, UserItem } from './api-types';

export interface Somebody {
  /** `usr_…` or `svc_…`. */
  id: string;
  kind: 'user' | 'service_account';
  name: string;
  email?: string;
}

export interface Roster {
  /** People by address, then programs by name. */
  all: Somebody[];
  /** Whether these are all: accounts are told to admins of the company; others see who has a role in it. */
  isWhole: boolean;
}

/** Enough for a company of a thousand; a page that names more names them by their ids. */
const MOST_PAGES = 5;

export async function roster(event: RequestEventCommon): Promise<Roster> {
  const [users, programs] = await Promise.all([getAll<UserItem>(event, '/api/v1/users'), getAll<ServiceAccountItem>(event, '/api/v1/service-accounts')]);
  const members = users.ok ? undefined : await getAll<MemberItem>(event, '/api/v1/members');
  const people = users.ok
    ? users.value.map(({ id, name, email }): Somebody => ({ id, kind: 'user', name, email }))
    : (members?.ok ? members.value : []).filter(({ kind }) => kind === 'user').map((member): Somebody => somebodyOf(member));
  const accounts = (programs.ok ? programs.value : []).map(({ id, name }): Somebody => ({ id, kind: 'service_account', name }));
  return { all: [...people, ...accounts], isWhole: users.ok };
}

export function somebodyOf({ member, kind, name, email }: MemberItem): Somebody {
  return { id: member, kind, name: name ?? email ?? member, ...(email ? { email } : {}) };
}

/** All pages of a list, the first refusal instead. */
export async function getAll<T>(event: RequestEventCommon, path: string): Promise<Answer<T[]>> {
  const items: T[] = [];
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await get<Page<T>>(event, `${path}?limit=200${cursor}`);
    if (!answer.ok) return answer;
    items.push(...answer.value.items);
    if (!answer.value.next_cursor) break;
    cursor = `&cursor=${encodeURIComponent(answer.value.next_cursor)}`;
  }
  return { ok: true, value: items };
}
