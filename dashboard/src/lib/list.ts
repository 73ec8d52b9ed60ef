/** A page of a list, as its loader asks for it: the cursor stands in the page's own URL, and a refusal sets the page's status. */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import { type Answer, failWith, get } from './api';
import type { Page } from './api-types';

const LIMIT = 100;

/** `query`: what the list is filtered by; `undefined` and empty values are left out. */
export async function getList<T>(
  event: RequestEventCommon,
  path: string,
  query: { readonly [name: string]: string | undefined } = {},
  limit = LIMIT,
): Promise<Answer<Page<T>>> {
  const params = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries({ ...query, cursor: event.query.get('cursor') ?? undefined })) if (value) params.set(name, value);
  const answer = await get<Page<T>>(event, `${path}?${params}`);
  if (!answer.ok) failWith(event, answer.problem);
  return answer;
}
