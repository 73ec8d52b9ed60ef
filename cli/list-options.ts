/** What commands that print a list have in common: where to look, and how many lines at most. */
import { type Given, Misuse, type Option } from '#cli/command';

const USUAL = 50;
export const MOST_LISTED = 1000;
/** As many as the API gives at once. */
export const LIST_PAGE = 200;

/** Options of every list that can be narrowed to a place. */
export const PLACE: { workflow: Option; pipeline: Option; environment: Option } = {
  workflow: { type: 'string', value: 'NAME', about: 'Of this workflow only' },
  pipeline: { type: 'string', value: 'NAME', about: 'Of this pipeline only: pipeline or workflow.pipeline' },
  environment: { type: 'string', value: 'NAME', about: 'Of this environment only' },
};

/** What is printed at most: `How many lines at most; …`. */
export function limitOption(howMany: string): Option {
  return { type: 'string', value: 'NUMBER', about: `${howMany} at most; ${USUAL} when absent` };
}

/** Throws Misuse for what is no number, or too large a one. */
export function limitOf({ options: { limit: text } }: Given): number {
  const limit = text === undefined ? USUAL : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED) throw new Misuse(`--limit ${text}: a number from 1 to ${MOST_LISTED}.`);
  return limit;
}

/** The options that are given and filter the API's list; `names`: what the API calls those that it calls otherwise. */
export function filtersOf({ options }: Given, filters: readonly string[], names: Readonly<Record<string, string>> = {}): URLSearchParams {
  const query = new URLSearchParams();
  for (const option of filters) if (options[option]) query.set(names[option] ?? option, options[option]);
  return query;
}
