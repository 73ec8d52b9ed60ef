/**
 * Lines over all executions of a tenant, made from what is kept anyway: the list of executions says which, their own logs
 * say what. Nothing is written for it, so it costs those who look, and nobody else.
 *
 * 1. Executions come in the order of their list, the newest first, and of each its newest lines first; so a place in it is
 *    an execution and an event, and the same in every region. What a page has found it shows in the order of time.
 * 2. A page looks through a bounded number of executions, and a bounded part of each log: where it has not found enough it
 *    says where it stopped.
 * 3. A region that does not answer in time is left out, and so is an execution that cannot be read; the page says so.
 * 4. Who looks for a rare line may have one request look on, page after page, until its time or its number of executions
 *    is used up; it says what it has looked through, and where it goes on.
 */
import type { ExecutionSummary } from '#contracts/execution';
import type { LineFilter, LinePage, LinesQuestion, LogLine } from '#contracts/log-line';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { executionCursor, placeOfExecutionCursor } from '#storage/execution-cursor';
import type { ExecutionFilter } from '#storage/execution-ports';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { linesHere } from '#workers/logs/lines-here';
import { type ListedRegion, listExecutions } from '#workers/regions/lists';
import { Peer } from '#workers/regions/peers';

/** Executions looked through for one page, and those of them that are asked together. */
const MOST_EXECUTIONS = 100;
const BATCH = 20;
/** An execution may say something so long after it began, ms; one that began earlier is not looked at. */
const LOOK_BACK_MS = 24 * 3_600_000;
/** Executions looked through in one request at most: each is a request to its object. */
const MOST_IN_A_REQUEST = 900;
/** How long another region is waited for, ms. */
const PATIENCE_MS = 5000;
const CURSOR = 'logs';
/** Behind every id that begins like this one, and so before the execution itself in the list. */
const BEHIND_ID = '~';

export interface LogSearch {
  executions: Omit<ExecutionFilter, 'from' | 'to' | 'limit' | 'cursor'>;
  lines: LineFilter;
  limit: number;
  cursor?: string;
  /** Looks on until then where a page has not found enough, epoch ms. */
  until?: number;
}

export interface FoundLine extends LogLine {
  region: string;
}

export interface FoundLines {
  items: FoundLine[];
  next_cursor: string | null;
  looked: { executions: number; back_to?: string; unread?: number };
  regions?: ListedRegion[];
}

interface Place {
  started_at: number;
  execution_id: string;
  /** On in this execution with what was said before this event; 0: behind the execution. */
  before: number;
}

/** `own`: this region only. Throws Problem('invalid_cursor'). */
export async function searchLogs(env: RegionEnv, tenant: string, search: LogSearch, own: boolean): Promise<FoundLines> {
  const { until = 0, limit } = search;
  let found = await searchPage(env, tenant, search, own);
  while (found.next_cursor !== null && found.items.length < limit && found.looked.executions + MOST_EXECUTIONS <= MOST_IN_A_REQUEST && Date.now() < until) {
    const further = { ...search, cursor: found.next_cursor, limit: limit - found.items.length };
    found = together(found, await searchPage(env, tenant, further, own));
  }
  return found;
}

async function searchPage(env: RegionEnv, tenant: string, search: LogSearch, own: boolean): Promise<FoundLines> {
  const place = search.cursor === undefined ? undefined : placeOf(search.cursor);
  const list = await listExecutions(env, tenant, { ...filterOf(search), limit: MOST_EXECUTIONS, cursor: place && listCursorOf(place) }, own);
  const away = new Set<string>();
  const items: FoundLine[] = [];
  const looked: FoundLines['looked'] = { executions: 0 };
  const found = (next: Place | null): FoundLines => ({
    items: items.sort(laterFirst),
    next_cursor: next && cursorOf(next),
    looked,
    ...(list.regions ? { regions: list.regions.map((one) => (away.has(one.region) ? { ...one, status: 'unavailable' } : one)) } : {}),
  });
  for (let from = 0; from < list.items.length; from += BATCH) {
    const batch = list.items.slice(from, from + BATCH);
    const pages = await linesOf(env, tenant, batch, { ...search.lines, limit: search.limit - items.length }, place, away);
    for (const [at, execution] of batch.entries()) {
      const { execution_id, region } = execution;
      const started_at = Date.parse(execution.started_at);
      looked.executions++;
      looked.back_to = execution.started_at;
      if (pages[at]!.unread) looked.unread = (looked.unread ?? 0) + 1;
      for (const line of pages[at]!.items) {
        items.push({ ...line, region });
        if (items.length === search.limit) return found({ started_at, execution_id, before: line.sequence_num });
      }
      const { next } = pages[at]!;
      if (next !== null) return found({ started_at, execution_id, before: next });
    }
  }
  return found(list.next_cursor === null ? null : { ...placeOfExecutionCursor(list.next_cursor), before: 0 });
}

/** Two pages as one. A region that was away for either is missing from it. */
function together(first: FoundLines, second: FoundLines): FoundLines {
  const { executions, back_to = first.looked.back_to, unread = 0 } = second.looked;
  const unreadOfBoth = (first.looked.unread ?? 0) + unread;
  const away = new Set([first, second].flatMap(({ regions = [] }) => regions.filter(({ status }) => status === 'unavailable').map(({ region }) => region)));
  return {
    items: [...first.items, ...second.items].sort(laterFirst),
    next_cursor: second.next_cursor,
    looked: {
      executions: first.looked.executions + executions,
      ...(back_to === undefined ? {} : { back_to }),
      ...(unreadOfBoth === 0 ? {} : { unread: unreadOfBoth }),
    },
    ...(second.regions
      ? { regions: second.regions.map(({ region, status }) => ({ region, status: away.has(region) ? ('unavailable' as const) : status })) }
      : {}),
  };
}

/** Lines of one execution of this region; `null`: the tenant has no such execution. Throws Problem('invalid_cursor'). */
export async function searchOne(
  env: RegionEnv,
  tenant: string,
  id: string,
  { lines, limit, cursor }: Omit<LogSearch, 'executions'>,
): Promise<FoundLines | null> {
  const before = cursor === undefined ? undefined : placeOf(cursor).before;
  const page = await executionStub(env, id).lines(tenant, { ...lines, limit, before });
  if (!page) return null;
  const { items, next } = page;
  return {
    items: items.map((line) => ({ ...line, region: env.REGION })),
    next_cursor: next === null ? null : cursorOf({ started_at: 0, execution_id: id, before: next }),
    looked: { executions: 1 },
  };
}

/** What each execution says, whatever its region; `away` learns of regions that did not answer. */
async function linesOf(
  env: RegionEnv,
  tenant: string,
  executions: readonly (ExecutionSummary & { region: string })[],
  question: Omit<LinesQuestion, 'executions'>,
  place: Place | undefined,
  away: Set<string>,
): Promise<LinePage[]> {
  const pages = executions.map((): LinePage => ({ items: [], next: null }));
  const byRegion = Map.groupBy(executions.keys(), (at) => executions[at]!.region);
  await Promise.all(
    [...byRegion].map(async ([region, indexes]) => {
      const asked: LinesQuestion = {
        ...question,
        executions: indexes.map((at) => {
          const id = executions[at]!.execution_id;
          return place && id === place.execution_id && place.before > 0 ? { id, before: place.before } : { id };
        }),
      };
      const answers = await (region === env.REGION ? linesHere(env, tenant, asked) : linesThere(env, tenant, region, asked, away));
      for (const [at, index] of indexes.entries()) pages[index] = answers[at] ?? pages[index]!;
    }),
  );
  return pages;
}

async function linesThere(env: RegionEnv, tenant: string, region: string, asked: LinesQuestion, away: Set<string>): Promise<LinePage[]> {
  try {
    return await new Peer(env, region, tenant).ask<LinePage[]>('POST', '/executions/lines', asked, { patienceMs: PATIENCE_MS });
  } catch {
    away.add(region);
    return [];
  }
}

function laterFirst(left: FoundLine, right: FoundLine): number {
  if (left.execution_id === right.execution_id) return right.sequence_num - left.sequence_num;
  return left.timestamp === right.timestamp ? 0 : left.timestamp < right.timestamp ? 1 : -1;
}

/** Executions that may have said something in the time. */
function filterOf({ executions, lines: { from, to } }: LogSearch): Omit<ExecutionFilter, 'limit' | 'cursor'> {
  return { ...executions, ...(from === undefined ? {} : { from: from - LOOK_BACK_MS, ended_after: from }), ...(to === undefined ? {} : { to }) };
}

/** The list goes on with the execution itself, where there is more of it. */
function listCursorOf({ started_at, execution_id, before }: Place): string {
  return executionCursor({ started_at, execution_id: before > 0 ? execution_id + BEHIND_ID : execution_id });
}

function placeOf(cursor: string): Place {
  const [started_at, execution_id, before] = decodeCursor(CURSOR, ['number', 'string', 'number'], cursor);
  return { started_at, execution_id, before };
}

function cursorOf({ started_at, execution_id, before }: Place): string {
  return encodeCursor(CURSOR, [started_at, execution_id, before]);
}
