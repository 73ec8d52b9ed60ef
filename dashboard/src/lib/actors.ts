/** Who did something, by name: the platform keeps people and keys by their ids, `user:usr_…`, as they may be renamed. */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import { get } from './api';
import type { ApiKeyItem, Page } from './api-types';
import { type Roster, roster } from './roster';

/** By what is kept of them. */
export type ActorNames = { readonly [by: string]: string };

/** Of the people, programs and keys of the company that the reader may see. Some lists more, so only pages ask that show somebody. */
export async function actorNames(event: RequestEventCommon, known: Promise<Roster> = roster(event)): Promise<ActorNames> {
  const [{ all }, keys] = await Promise.all([known, get<Page<ApiKeyItem>>(event, '/api/v1/api-keys?limit=200')]);
  const names: { [by: string]: string } = {};
  for (const { id, kind, name } of all) names[`${kind === 'user' ? 'user' : 'service'}:${id}`] = name;
  for (const { id, name } of keys.ok ? keys.value.items : []) names[`key:${id}`] = `key ${name}`;
  return names;
}

/** Words for `by`; what is not known by name stays as it is kept. */
export function actorWords(by: string, names: ActorNames): string {
  return names[by] ?? by;
}
