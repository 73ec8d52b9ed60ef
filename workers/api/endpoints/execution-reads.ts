/** One execution, read from its object: always as it is now. */
import { gateName } from '#contracts/admission';
import { executionNowSchema } from '#contracts/api-executions';
import { eventPage, eventsQuery, executionLogsQuery, logPage, timelineQuery, timelineSchema } from '#contracts/api-timeline';
import type { LogEvent } from '#contracts/events';
import type { ExecutionSummary } from '#contracts/execution';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { fitsLine, lineContext, logLines } from '#engine/log-lines';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import { gateStub } from '#workers/gate-stub';
import { quotaObject } from '#workers/quota/ports';

const TAG = 'Executions';
const EVENTS_DEFAULT = 100;
const EVENTS_CURSOR = 'events';
const STEPS_CURSOR = 'steps';

const get = endpoint({
  route: 'GET /executions/{execution}',
  tag: TAG,
  summary: 'Read an execution',
  description: 'With what it waits for, and why it is paused.',
  answer: executionNowSchema,
  answers: { 200: { description: 'As it is now', schema: executionNowSchema } },
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const summary = await object.summary(call.tenant);
    if (!summary) throw unknownExecution(id);
    const now = summary.queue ? await withStanding(call, summary) : summary;
    // Whoever asked at home is answered by the region that has it.
    return { body: { ...now, region: call.env.REGION } };
  },
});

/** The log has the position that it came with; the gate knows how it is now. */
async function withStanding(call: Call, summary: ExecutionSummary): Promise<ExecutionSummary> {
  const { queue: known } = summary;
  if (known?.of !== undefined) {
    const position = await quotaObject(call.env, known.of).position(summary.execution_id);
    return position === null ? summary : { ...summary, queue: { ...known, position } };
  }
  const standing = await gateStub(call.env, gateName({ ...summary, key: summary.queue?.key })).standing(summary.execution_id);
  if (!standing) return summary;
  const { reason } = standing;
  const key = summary.queue?.key === undefined ? {} : { key: summary.queue.key };
  const queue = reason === 'debounce' ? { reason, until: instant(standing.until) } : standing;
  return { ...summary, queue: { ...key, ...queue } };
}

const timeline = endpoint({
  route: 'GET /executions/{execution}/timeline',
  tag: TAG,
  summary: 'Every step with input, output, attempts and time',
  description:
    'A value above 64 KB is a link `{_payload: {sha256, size, url}}`; its `url` answers the whole. Without `limit` all steps are in the answer; executions of thousands of steps are read a page at a time, and followed by what is new since a `last_seq`.',
  query: timelineQuery,
  answer: timelineSchema,
  answers: { 200: { description: 'The timeline', schema: timelineSchema } },
  problems: ['invalid_id', 'unknown_execution', 'invalid_cursor'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const { limit, cursor, step, since, values } = call.query;
    const paged = limit !== undefined || cursor !== undefined || since !== undefined;
    const from = cursor === undefined ? 0 : decodeCursor(STEPS_CURSOR, ['number'], cursor)[0];
    const page = paged ? { from, limit: limit ?? LIMITS.listMax } : {};
    const found = await object.timeline(call.tenant, { ...page, step, since, slim: values === 'none' });
    if (!found) throw unknownExecution(id);
    const { next, ...part } = found;
    return { body: paged ? { ...part, next_cursor: next === undefined ? null : encodeCursor(STEPS_CURSOR, [next]) } : part };
  },
});

const events = endpoint({
  route: 'GET /executions/{execution}/events',
  tag: TAG,
  summary: 'The event log',
  query: eventsQuery,
  answer: eventPage,
  answers: { 200: { description: 'In order', schema: eventPage } },
  problems: ['invalid_id', 'unknown_execution', 'invalid_cursor'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const { cursor, from, type, step, limit } = call.query;
    const start = cursor === undefined ? from : decodeCursor(EVENTS_CURSOR, ['number'], cursor)[0];
    const page = await object.events(call.tenant, { from: start, limit: limit ?? EVENTS_DEFAULT, types: type, step });
    if (!page) throw unknownExecution(id);
    return { body: { items: page.items.map(eventView), next_cursor: nextOf(page.next) } };
  },
});

const logs = endpoint({
  route: 'GET /executions/{execution}/logs',
  tag: TAG,
  summary: 'Log lines: what the application wrote and what happened',
  query: executionLogsQuery,
  answer: logPage,
  answers: { 200: { description: 'In order; `limit` counts the events that were looked through', schema: logPage } },
  problems: ['invalid_id', 'unknown_execution', 'invalid_cursor'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const { cursor, limit = LIMITS.listMax, step, level, q: text } = call.query;
    const from = cursor === undefined ? 1 : decodeCursor(EVENTS_CURSOR, ['number'], cursor)[0];
    const [page, first] = await Promise.all([object.events(call.tenant, { from, limit, step }), object.events(call.tenant, { from: 1, limit: 1 })]);
    const start = first?.items[0];
    if (!page || start?.type !== 'execution.started') throw unknownExecution(id);
    const lines = logLines(page.items, lineContext(start.data)).filter((line) => fitsLine(line, { level, text }));
    return { body: { items: lines, next_cursor: nextOf(page.next) } };
  },
});

const payload = endpoint({
  route: 'GET /executions/{execution}/payloads/{sha256}',
  tag: TAG,
  summary: 'A large value of the log',
  answers: { 200: { description: 'The JSON text', mediaType: 'application/json' } },
  problems: ['invalid_id', 'not_found'],
  async handle(call) {
    const { id } = executionOf(call);
    const sha256 = call.params.sha256!;
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Problem('invalid_id', 'A payload is named by 64 hexadecimal digits.');
    const text = await call.stores.payloads.get(`payloads/${call.tenant}/${id}/${sha256}`);
    if (text === null) throw new Problem('not_found', 'The execution has no such payload.');
    // What the hash names never changes; it is the tenant's, so only its own browser keeps it.
    return new Response(text, { headers: { 'Content-Type': 'application/json', 'Cache-Control': 'private, max-age=31536000, immutable' } });
  },
});

export const executionReadEndpoints: AnyEndpoint[] = [get, timeline, events, logs, payload];

function nextOf(seq: number | null): string | null {
  return seq === null ? null : encodeCursor(EVENTS_CURSOR, [seq]);
}

function eventView({ seq, at, type, data }: LogEvent) {
  return { sequence_num: seq, event_type: type, event_data: data as unknown as JsonObject, created_at: instant(at) };
}
