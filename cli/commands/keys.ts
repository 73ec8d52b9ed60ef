/** `keys`: which idempotency keys there are and what they hold; with `--release` one of them is free before its time. */
import { CONNECTION, type Connection, call, connect } from '#cli/client';
import { type Command, Failure, type Given, Misuse, OK, type Surroundings } from '#cli/command';
import { filtersOf, LIST_PAGE, limitOf, limitOption, MOST_LISTED, PLACE } from '#cli/list-options';
import { printable } from '#cli/print-diagnostics';
import type { JsonObject } from '#contracts/json';

/** Pages that are looked through where nobody says how many: each is bounded, and with a rare filter may be empty. */
const PAGES = 20;
const MOST_PAGES = 1000;

const FILTERS = ['scope', 'text', 'state', ...Object.keys(PLACE)];

export const keys: Command = {
  name: 'keys',
  summary: 'Prints idempotency keys, the newest first, or releases one',
  positionals: ['[KEY]'],
  options: {
    scope: { type: 'string', value: 'SCOPE', about: 'pipeline: keys of starts, as without it; step: keys of effects' },
    text: { type: 'string', value: 'TEXT', about: 'In the key, in any case' },
    state: { type: 'string', value: 'STATE', about: 'running, answered or expired' },
    ...PLACE,
    limit: limitOption('How many'),
    pages: { type: 'string', value: 'NUMBER', about: `How many pages of the list are looked through at most; ${PAGES} when absent` },
    release: { type: 'boolean', about: 'The KEY is free: what is done under it happens a second time' },
    reason: { type: 'string', value: 'TEXT', about: 'Why it is released; kept in the audit log' },
    yes: { type: 'boolean', about: 'Does not ask before it releases' },
    ...CONNECTION,
  },
  async run(given, around) {
    const [key] = given.positionals;
    const limit = limitOf(given);
    const pages = pagesOf(given);
    const connection = connect(given, around);
    if (given.options.release !== undefined) return release(connection, key, given, around, pages);
    const { found, isWhole } = await list(connection, given, key, { limit, pages });
    for (const item of found) around.out(lineOf(item));
    if (!isWhole && found.length < limit) around.note(`There may be more: ${stopped(pages)}`);
    else if (found.length === 0) around.note('No key fits. Leave a filter out, or look at those of steps with --scope step.');
    return OK;
  },
};

/** One that holds, and no other. */
async function release(connection: Connection, key: string | undefined, given: Given, around: Surroundings, pages: number): Promise<number> {
  if (key === undefined) throw new Misuse('Name the KEY to release.');
  const { found, isWhole } = await list(connection, given, key, { limit: MOST_LISTED, pages });
  const held = found.filter((item) => item.key === key && item.state !== 'expired');
  const [one, ...others] = held;
  // Behind what was looked through another may hold it, so neither is it free nor is the one that was found the only one.
  if (!isWhole && found.length >= MOST_LISTED)
    throw new Failure(`More than ${MOST_LISTED} keys begin with ${printable(key)}; narrow them with --workflow, --pipeline or --environment.`);
  if (!isWhole) throw new Failure(`Whether ${one ? 'only this one' : 'anything'} holds the key ${printable(key)} is not known: ${stopped(pages)}`);
  if (!one) throw new Failure(`Nothing holds the key ${printable(key)}.`);
  if (others.length > 0) throw new Failure(['Several hold it; name one with --pipeline or --environment:', ...held.map(lineOf)].join('\n'));
  around.note(lineOf(one));
  if (around.ask && given.options.yes === undefined && !(await around.ask('What is done under it then happens a second time. Release it?'))) return OK;
  const { reason } = given.options;
  const { body } = await call(connection, 'POST', pathOf(one), { json: reason === undefined ? {} : { reason } });
  around.out(`${printable(String(body.key))} is free.`);
  return OK;
}

/** Throws Misuse for what is no number, or too large a one. */
function pagesOf({ options: { pages: text } }: Given): number {
  const pages = text === undefined ? PAGES : Number(text);
  if (!Number.isInteger(pages) || pages < 1 || pages > MOST_PAGES) throw new Misuse(`--pages ${text}: a number from 1 to ${MOST_PAGES}.`);
  return pages;
}

function stopped(pages: number): string {
  return `the search stopped after ${pages} ${pages === 1 ? 'page' : 'pages'} of the list. Look through more with --pages ${Math.min(MOST_PAGES, pages * 10)}.`;
}

/** `isWhole`: there are no more. */
async function list(
  connection: Connection,
  given: Given,
  prefix: string | undefined,
  { limit, pages }: { limit: number; pages: number },
): Promise<{ found: JsonObject[]; isWhole: boolean }> {
  const query = filtersOf(given, FILTERS, { text: 'q' });
  if (prefix !== undefined) query.set('prefix', prefix);
  const found: JsonObject[] = [];
  for (let page = 0; page < pages && found.length < limit; page++) {
    query.set('limit', String(Math.min(LIST_PAGE, limit - found.length)));
    const { body } = await call(connection, 'GET', `/idempotency-keys?${query}`);
    found.push(...(body.items as JsonObject[]));
    if (typeof body.next_cursor !== 'string') return { found, isWhole: true };
    query.set('cursor', body.next_cursor);
  }
  return { found, isWhole: false };
}

function pathOf({ scope, key, environment, phase, execution_id }: JsonObject): string {
  if (scope === 'pipeline') return `/executions/${execution_id}/release-key`;
  return `/idempotency-keys/${encodeURIComponent(String(key))}/release?${new URLSearchParams({ environment: String(environment), phase: String(phase) })}`;
}

/** `answered  order_17  shop.order  exec_…  until 2026-02-16T14:30:00.000Z` */
function lineOf({ state, key, workflow, pipeline, step, environment, execution_id, expires_at }: JsonObject): string {
  const place = `${workflow}.${pipeline}${step === undefined ? '' : `/${step}`}${environment === 'production' ? '' : ` (${environment})`}`;
  return printable([String(state).padEnd(8), key, place, execution_id, `until ${expires_at}`].join('  '));
}
