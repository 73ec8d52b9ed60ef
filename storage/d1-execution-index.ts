/**
 * The list of executions in the region's D1.
 *
 * 1. One statement a batch: the messages travel as one JSON text, since D1 bounds the parameters of a statement to 100.
 * 2. A row changes only for a greater `seq`: a repeated or late message writes nothing, and costs nothing.
 * 3. A row that changes takes the kept sum of its hour with it, in the same commit; the hour that runs has none.
 * 4. No scan without end. A filter that no index serves looks through a window of the newest rows; when the window has no
 *    full page, the cursor goes on behind it. So a page may be short and still have a next.
 */
import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Attributes } from '#contracts/attributes';
import { type ExecutionStatus, type ExecutionSummary, type ProjectionMessage, WRONG_STATUSES } from '#contracts/execution';
import { rowConditions } from '#storage/d1/execution-conditions';
import { executionAttributes, executions } from '#storage/d1/execution-schema';
import { executionCursor, placeOfExecutionCursor } from '#storage/execution-cursor';
import type { ExecutionFilter, ExecutionIndex } from '#storage/execution-ports';
import { hourOf } from '#storage/metric-hours';
import { newestOf } from '#storage/newest-message';

/** Rows looked through for one page: first few, since most filters find enough there. */
const WINDOWS = [500, 10_000] as const;
/** A text bound into a statement ends at 2 MB, and a character has up to three bytes; so do rows with much that was measured. */
const TEXT_PER_STATEMENT = 500_000;
const MAX_ERROR_TEXT = 500;

const ORDER = sql`ORDER BY started_at DESC, execution_id DESC`;

/** As SQL gives it: the names of COLUMNS. */
interface Row {
  tenant: string;
  started_at: number;
  execution_id: string;
  workflow: string;
  workflow_id: string;
  version: number;
  environment: string;
  pipeline: string;
  status: ExecutionStatus;
  trigger_type: string;
  completed_at: number | null;
  duration_ms: number | null;
  current_step: string | null;
  error_code: string | null;
  error_message: string | null;
  attributes: string | null;
  idempotency_key: string | null;
  idempotency_until: number | null;
}

const COLUMNS = [
  'tenant',
  'started_at',
  'execution_id',
  'seq',
  'workflow',
  'workflow_id',
  'version',
  'environment',
  'pipeline',
  'status',
  'trigger_type',
  'completed_at',
  'duration_ms',
  'current_step',
  'error_code',
  'error_message',
  'measure',
  'attributes',
  'idempotency_key',
  'idempotency_until',
] as const;
/** A list needs all but what was measured. */
const LISTED = sql.raw(
  COLUMNS.filter((column) => column !== 'measure')
    .map((column) => `executions.${column}`)
    .join(', '),
);
/** What may change (`version`: when it is moved; the key: when it is released, or was not written by an older version); the rest is its start. */
const CHANGING = [
  'seq',
  'version',
  'status',
  'completed_at',
  'duration_ms',
  'current_step',
  'error_code',
  'error_message',
  'measure',
  'idempotency_key',
  'idempotency_until',
] as const;

const UPSERT = `INSERT INTO executions (${COLUMNS.join(', ')})
SELECT ${COLUMNS.map((_, i) => `value ->> ${i}`).join(', ')} FROM json_each(?) WHERE true
ON CONFLICT (tenant, started_at, execution_id) DO UPDATE SET ${CHANGING.map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE excluded.seq > executions.seq`;

const INSERT_ATTRIBUTES = `INSERT OR IGNORE INTO execution_attributes (tenant, name, value, started_at, execution_id)
SELECT ${[0, 1, 2, 3, 4].map((at) => `value ->> ${at}`).join(', ')} FROM json_each(?) WHERE true`;
const DROP_HOURS = 'DELETE FROM metric_hours WHERE (tenant, hour) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))';

export class D1ExecutionIndex implements ExecutionIndex {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;
  readonly #now: () => number;

  constructor(d1: D1Database, now: () => number = Date.now) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
    this.#now = now;
  }

  async project(messages: ProjectionMessage[]): Promise<void> {
    const newest = newestOf(messages);
    if (newest.length === 0) return;
    const statements: D1PreparedStatement[] = [];
    for (const rows of textsOf(newest)) statements.push(this.#d1.prepare(UPSERT).bind(`[${rows.join(',')}]`));
    const attributes = newest.flatMap(attributeRows);
    if (attributes.length > 0) statements.push(this.#d1.prepare(INSERT_ATTRIBUTES).bind(JSON.stringify(attributes)));
    const hours = endedHours(newest, this.#now());
    if (hours.length > 0) statements.push(this.#d1.prepare(DROP_HOURS).bind(JSON.stringify(hours)));
    await this.#d1.batch(statements);
  }

  async list(tenant: string, filter: ExecutionFilter): Promise<{ items: ExecutionSummary[]; next_cursor: string | null }> {
    if (filter.workflow_ids?.length === 0) return { items: [], next_cursor: null };
    const range = rangeOf(tenant, filter);
    const rest = rowConditions(filter);
    const wanted = filter.limit + 1;
    if (rest.length === 0) return page(await this.#db.all<Row>(sql`${range} LIMIT ${wanted}`), filter.limit, null);
    let rows: Row[] = [];
    for (const size of WINDOWS) {
      rows = await this.#db.all<Row>(sql`SELECT ${LISTED} FROM (${range} LIMIT ${size}) AS executions WHERE ${and(...rest)} ${ORDER} LIMIT ${wanted}`);
      if (rows.length === wanted) break;
      // The last row of the window, and whether there is one behind it.
      const [edge, behind] = await this.#db.all<Row>(sql`${range} LIMIT 2 OFFSET ${size - 1}`);
      if (!edge || !behind) break;
      if (size === WINDOWS.at(-1)) return page(rows, filter.limit, executionCursor(edge));
    }
    return page(rows, filter.limit, null);
  }
}

/** The rows in order that a key or an index finds without looking at others: of an attribute, of what is not completed, or of all. */
function rangeOf(tenant: string, filter: ExecutionFilter): SQL {
  const found = Object.entries(filter.attr ?? {})[0];
  if (found) return withAttribute(tenant, found, filter);
  const conditions = [eq(executions.tenant, tenant), ...timeOf(executions.startedAt, executions.executionId, filter)];
  const statuses = openOf(filter);
  if (statuses.length === 0) return sql`SELECT ${LISTED} FROM executions WHERE ${and(...conditions)} ${ORDER}`;
  // A partial index serves only where its condition stands in the query word for word; left to itself the planner takes the table.
  const ranges = statuses.map(
    (status) =>
      sql`SELECT ${LISTED} FROM executions INDEXED BY executions_open WHERE ${and(eq(executions.status, status), sql`${executions.status} <> 'completed'`, ...conditions)}`,
  );
  // Several in order are merged as they are read.
  return sql`${sql.join(ranges, sql` UNION ALL `)} ${ORDER}`;
}

/** Statuses that the partial index serves. */
function openOf({ status, outcome }: ExecutionFilter): readonly ExecutionStatus[] {
  if (status !== undefined) return status === 'completed' ? [] : [status];
  return outcome === undefined ? [] : WRONG_STATUSES;
}

/** CROSS JOIN: the attribute is looked up first, and each of its executions by its key. */
function withAttribute(tenant: string, [name, value]: [string, string], filter: ExecutionFilter): SQL {
  const { startedAt, executionId } = executionAttributes;
  const conditions = [
    eq(executionAttributes.tenant, tenant),
    eq(executionAttributes.name, name),
    eq(executionAttributes.value, value),
    ...timeOf(startedAt, executionId, filter),
    eq(executions.tenant, tenant),
    eq(executions.startedAt, startedAt),
    eq(executions.executionId, executionId),
  ];
  return sql`SELECT ${LISTED} FROM execution_attributes CROSS JOIN executions WHERE ${and(...conditions)} ORDER BY ${startedAt} DESC, ${executionId} DESC`;
}

function timeOf(startedAt: SQLiteColumn, executionId: SQLiteColumn, filter: ExecutionFilter): SQL[] {
  const conditions: SQL[] = [];
  if (filter.from !== undefined) conditions.push(gte(startedAt, filter.from));
  if (filter.to !== undefined) conditions.push(lt(startedAt, filter.to));
  if (filter.cursor !== undefined) {
    const { started_at, execution_id } = placeOfExecutionCursor(filter.cursor);
    conditions.push(sql`(${startedAt}, ${executionId}) < (${started_at}, ${execution_id})`);
  }
  return conditions;
}

/** Tenant, name, value, and the place of the execution. */
function attributeRows({ summary }: ProjectionMessage): (string | number)[][] {
  const { tenant, started_at, execution_id, attributes = {} } = summary;
  return Object.entries(attributes).map(([name, value]) => [tenant, name, value, Date.parse(started_at), execution_id]);
}

/** Tenant and beginning of the hours that are over, of which there may be kept sums. */
function endedHours(messages: readonly ProjectionMessage[], now: number): [string, number][] {
  const found = new Map<string, [string, number]>();
  for (const { summary } of messages) {
    const hour = hourOf(Date.parse(summary.started_at));
    if (hour < hourOf(now)) found.set(`${summary.tenant}/${hour}`, [summary.tenant, hour]);
  }
  return [...found.values()];
}

function page(rows: Row[], limit: number, behind: string | null): { items: ExecutionSummary[]; next_cursor: string | null } {
  const kept = rows.slice(0, limit);
  return { items: kept.map(summaryOf), next_cursor: rows.length > limit ? executionCursor(kept.at(-1)!) : behind };
}

/** The rows as JSON, in groups of which each fits into a statement. */
function textsOf(messages: readonly ProjectionMessage[]): string[][] {
  const groups: string[][] = [[]];
  let size = 0;
  for (const message of messages) {
    const text = JSON.stringify(valuesOf(message));
    if (size > 0 && size + text.length > TEXT_PER_STATEMENT) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(text);
    size += text.length;
  }
  return groups;
}

/** In the order of COLUMNS. */
function valuesOf(message: ProjectionMessage): (string | number | null)[] {
  const { summary } = message;
  return [
    summary.tenant,
    Date.parse(summary.started_at),
    summary.execution_id,
    message.seq,
    summary.workflow,
    summary.workflow_id,
    summary.version,
    summary.environment,
    summary.pipeline,
    summary.status,
    summary.trigger,
    summary.completed_at === undefined ? null : Date.parse(summary.completed_at),
    summary.duration_ms ?? null,
    summary.current_step ?? null,
    summary.error?.code ?? null,
    summary.error?.message.slice(0, MAX_ERROR_TEXT) ?? null,
    message.measure ? JSON.stringify(message.measure) : null,
    summary.attributes ? JSON.stringify(summary.attributes) : null,
    summary.idempotency_key ?? null,
    summary.idempotency_expires_at === undefined ? null : Date.parse(summary.idempotency_expires_at),
  ];
}

function summaryOf(row: Row): ExecutionSummary {
  return {
    execution_id: row.execution_id,
    workflow: row.workflow,
    workflow_id: row.workflow_id,
    version: row.version,
    environment: row.environment,
    pipeline: row.pipeline,
    tenant: row.tenant,
    status: row.status,
    trigger: row.trigger_type,
    started_at: new Date(row.started_at).toISOString(),
    ...(row.attributes === null ? {} : { attributes: JSON.parse(row.attributes) as Attributes }),
    ...(row.idempotency_key === null
      ? {}
      : { idempotency_key: row.idempotency_key, idempotency_expires_at: new Date(row.idempotency_until ?? 0).toISOString() }),
    ...(row.completed_at === null ? {} : { completed_at: new Date(row.completed_at).toISOString() }),
    ...(row.duration_ms === null ? {} : { duration_ms: row.duration_ms }),
    ...(row.current_step === null ? {} : { current_step: row.current_step }),
    ...(row.error_code === null ? {} : { error: { code: row.error_code, message: row.error_message ?? '' } }),
  };
}
