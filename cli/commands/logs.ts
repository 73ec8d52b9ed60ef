/** `logs`: what executions have said, the latest last; with `--follow` also what they say from then on. */
import { CONNECTION, type Connection, call, connect } from '#cli/client';
import { type Command, Misuse, OK, type Surroundings } from '#cli/command';
import { followed } from '#cli/follow';
import { filtersOf, LIST_PAGE, limitOf, limitOption, PLACE } from '#cli/list-options';
import { printable } from '#cli/print-diagnostics';
import { parseDuration } from '#contracts/duration';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

/** Requests that look on at most; each looks through some hundreds of executions. */
const REQUESTS = 20;
const WITHIN = '10s';

const FILTERS = ['text', 'level', 'step', ...Object.keys(PLACE), 'execution'];

export const logs: Command = {
  name: 'logs',
  summary: 'Prints what executions have said, one line each, the latest last',
  positionals: [],
  options: {
    text: { type: 'string', value: 'TEXT', about: 'In the message, the step or a field, in any case' },
    level: { type: 'string', value: 'LEVEL', about: 'The least: debug, info, warn, error' },
    step: { type: 'string', value: 'NAME', about: 'Of this step only' },
    ...PLACE,
    execution: { type: 'string', value: 'ID', about: 'Of this execution only' },
    since: { type: 'string', value: 'DURATION', about: 'Not older than this, such as 15m' },
    limit: limitOption('How many lines'),
    cursor: { type: 'string', value: 'TEXT', about: 'Go on where an earlier search has stopped' },
    follow: { type: 'boolean', about: 'Go on with what is said from now on' },
    ...CONNECTION,
  },
  async run(given, around) {
    const query = filtersOf(given, FILTERS, { text: 'q' });
    const limit = limitOf(given);
    const since = sinceOf(given.options.since);
    const connection = connect(given, around);
    const follow = given.options.follow !== undefined;
    // The stream is open before the past is asked for, so that nothing falls in between.
    const stream = follow ? followed(connection, `/logs/live?${query}`, around) : undefined;
    const first = stream?.next();
    const printed = new Set<unknown>();
    const print = (line: JsonObject) => {
      const key = `${line.execution_id}:${line.sequence_num}`;
      if (printed.has(key)) return;
      printed.add(key);
      around.out(lineText(line));
    };
    const found = await latest(connection, query, since, limit, given.options.cursor, around);
    for (const line of found.reverse()) print(line);
    if (!stream) return OK;
    for (let next = await first!; !next.done; next = await stream.next()) {
      const line = parsed(next.value.data);
      if (line) print(line);
    }
    return OK;
  },
};

function sinceOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new Misuse(`--since ${text}: a duration such as 15m or 2h.`);
  return new Date(Date.now() - ms).toISOString();
}

/** The newest first. Says how far it has looked, and how to go on, where it has not found as many as were asked for. */
async function latest(
  connection: Connection,
  filters: URLSearchParams,
  since: string | undefined,
  limit: number,
  cursor: string | undefined,
  around: Surroundings,
): Promise<JsonObject[]> {
  const lines: JsonObject[] = [];
  const query = new URLSearchParams(filters);
  if (since !== undefined) query.set('from', since);
  if (cursor !== undefined) query.set('cursor', cursor);
  if (!filters.has('execution')) query.set('within', WITHIN);
  let executions = 0;
  let backTo: unknown;
  let next: unknown;
  for (let request = 0; request < REQUESTS && lines.length < limit; request++) {
    query.set('limit', String(Math.min(LIST_PAGE, limit - lines.length)));
    const { body } = await call(connection, 'GET', `/logs?${query}`);
    lines.push(...(body.items as JsonObject[]));
    const looked = body.looked as JsonObject;
    executions += Number(looked.executions);
    backTo = looked.back_to ?? backTo;
    next = body.next_cursor;
    if (typeof next !== 'string') break;
    query.set('cursor', next);
  }
  if (lines.length >= limit) return lines;
  const far = `${executions} ${executions === 1 ? 'execution' : 'executions'} looked through${backTo === undefined ? '' : `, back to ${backTo}`}`;
  if (typeof next === 'string') around.note(`${far}; there are more: go on with --cursor ${printable(next)}, or narrow it with --workflow or --since.`);
  else if (lines.length === 0) around.note(`No line fits: ${far}. Look at more with --since, or leave a filter out.`);
  return lines;
}

/** `12:30:01.250  warn   shop.order  exec_…  note  Order o-1 came  {"sku":"SKU-001"}` */
export function lineText(line: JsonObject): string {
  const { timestamp, level, workflow, pipeline, execution_id, step, message, fields } = line;
  const parts = [
    String(timestamp).slice(11, 23),
    String(level).padEnd(5),
    `${workflow}.${pipeline}`,
    execution_id,
    ...(step === undefined ? [] : [step]),
    message,
  ];
  if (isJsonObject(fields as Json)) parts.push(JSON.stringify(fields));
  return printable(parts.join('  '));
}

function parsed(data: string): JsonObject | undefined {
  try {
    const value = JSON.parse(data) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
