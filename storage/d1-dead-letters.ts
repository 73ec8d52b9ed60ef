/**
 * The list of dead letters in the region's D1, and the events among them that reached no execution.
 *
 * 1. A row changes only for a greater `seq`: a repeated or late message writes nothing.
 * 2. Every list is one range of the key or of the index by status; none looks at rows that it does not give.
 * 3. Depths are kept by triggers in the same transaction as the rows they count.
 * 4. Letters of executions are a projection of their logs; an event that reached none is here and nowhere else.
 */
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { DeadLetterFacts, ProjectionMessage } from '#contracts/execution';
import type { UndeliveredEvent } from '#contracts/undelivered';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { deadLetterDepths, deadLetters, undeliveredEvents } from '#storage/d1/dead-letter-schema';
import type { DeadLetterDepth, DeadLetterIndex, DeadLetterRow, PipelinePlace } from '#storage/dead-letter-ports';
import { newestOf } from '#storage/newest-message';

/** A text bound into a statement ends at 2 MB; a letter is below 2 KB. */
const LETTERS_PER_STATEMENT = 500;
const EXPIRED_AT_ONCE = 1000;
const DEAD_LETTER_CURSOR = { list: 'dead-letters', shape: ['number', 'string'] } as const;

const KEY = ['tenant', 'environment', 'workflow', 'pipeline', 'failed_at', 'execution_id'] as const;
/** What stays as the failure made it. */
const FIXED = ['trigger_type', 'step', 'attempts', 'error_code', 'error_message', 'replayable', 'alert_threshold', 'expires_at'] as const;
const CHANGING = ['seq', 'status', 'replayed_as', 'closed_at', 'closed_by'] as const;
const COLUMNS = [...KEY, ...FIXED, ...CHANGING] as const;

const UPSERT = `INSERT INTO dead_letters (${COLUMNS.join(', ')})
SELECT ${COLUMNS.map((_, i) => `value ->> ${i}`).join(', ')} FROM json_each(?) WHERE true
ON CONFLICT (${KEY.join(', ')}) DO UPDATE SET ${CHANGING.map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE excluded.seq > dead_letters.seq`;

export class D1DeadLetters implements DeadLetterIndex {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
  }

  async project(messages: ProjectionMessage[]): Promise<void> {
    const letters = newestOf(messages.filter((message) => message.dead_letter));
    if (letters.length === 0) return;
    const statements: D1PreparedStatement[] = [];
    for (let from = 0; from < letters.length; from += LETTERS_PER_STATEMENT) {
      statements.push(this.#d1.prepare(UPSERT).bind(JSON.stringify(letters.slice(from, from + LETTERS_PER_STATEMENT).map(valuesOf))));
    }
    await this.#d1.batch(statements);
  }

  async keep({ tenant, id, environment, workflow, pipeline, start }: UndeliveredEvent, letter: DeadLetterFacts): Promise<void> {
    const failedAt = Date.parse(letter.failed_at);
    const event = this.#db.insert(undeliveredEvents).values({ tenant, id, environment, workflow, pipeline, failedAt, event: start }).onConflictDoNothing();
    // Kept again, it has the instant of the first time, and is the same row.
    const first = sql<number>`(SELECT failed_at FROM undelivered_events WHERE tenant = ${tenant} AND id = ${id})`;
    const row = this.#db
      .insert(deadLetters)
      .values({
        ...{ tenant, environment, workflow, pipeline, failedAt: first, executionId: id, seq: 1, trigger: start.trigger, status: letter.status },
        ...{ attempts: letter.attempts, errorCode: letter.error.code, errorMessage: letter.error.message, replayable: letter.replayable },
        ...{ alertThreshold: letter.alert_threshold ?? null, expiresAt: Date.parse(letter.expires_at) },
      })
      .onConflictDoNothing();
    await this.#db.batch([event, row]);
  }

  async undelivered(tenant: string, id: string): ReturnType<DeadLetterIndex['undelivered']> {
    const [found] = await this.#db
      .select()
      .from(undeliveredEvents)
      .innerJoin(deadLetters, and(...KEY_OF_LETTER))
      .where(and(eq(undeliveredEvents.tenant, tenant), eq(undeliveredEvents.id, id)));
    if (!found) return null;
    const { environment, workflow, pipeline, event: start } = found.undelivered_events;
    return { event: { tenant, id, environment, workflow, pipeline, start }, letter: letterOf(found.dead_letters) };
  }

  async close({ tenant, id }: UndeliveredEvent, closing: Parameters<DeadLetterIndex['close']>[1]): Promise<boolean> {
    const { status, replayed_as, closed_at, closed_by } = closing;
    const key = sql`(tenant, environment, workflow, pipeline, failed_at, execution_id) IN
      (SELECT tenant, environment, workflow, pipeline, failed_at, id FROM undelivered_events WHERE tenant = ${tenant} AND id = ${id})`;
    const closed = await this.#db
      .update(deadLetters)
      .set({ seq: 2, status, replayedAs: replayed_as ?? null, closedAt: Date.parse(closed_at!), closedBy: closed_by ?? null })
      .where(and(key, eq(deadLetters.status, 'waiting')))
      .returning({ seq: deadLetters.seq });
    return closed.length > 0;
  }

  async list(tenant: string, place: PipelinePlace, query: Parameters<DeadLetterIndex['list']>[2]): ReturnType<DeadLetterIndex['list']> {
    const { status, oldest_first, now, limit, cursor } = query;
    const conditions: SQL[] = [eq(deadLetters.tenant, tenant), ...at(deadLetters, place), gt(deadLetters.expiresAt, now)];
    if (status) conditions.push(eq(deadLetters.status, status));
    if (cursor !== undefined) {
      const [failedAt, executionId] = decodeCursor(DEAD_LETTER_CURSOR.list, DEAD_LETTER_CURSOR.shape, cursor);
      const behind = sql.raw(oldest_first ? '>' : '<');
      conditions.push(sql`(${deadLetters.failedAt}, ${deadLetters.executionId}) ${behind} (${failedAt}, ${executionId})`);
    }
    const order = oldest_first ? [asc(deadLetters.failedAt), asc(deadLetters.executionId)] : [sql`failed_at DESC`, sql`execution_id DESC`];
    const rows = await this.#db
      .select()
      .from(deadLetters)
      .where(and(...conditions))
      .orderBy(...order)
      .limit(limit + 1);
    return pageOf(rows.map(letterOf), limit, (last) => encodeCursor(DEAD_LETTER_CURSOR.list, [Date.parse(last.failed_at), last.execution_id]));
  }

  async depths(tenant: string, environment?: string): Promise<DeadLetterDepth[]> {
    const here = environment === undefined ? [] : [eq(deadLetterDepths.environment, environment)];
    const rows = await this.#db
      .select()
      .from(deadLetterDepths)
      .where(and(eq(deadLetterDepths.tenant, tenant), ...here))
      .orderBy(asc(deadLetterDepths.environment), asc(deadLetterDepths.workflow), asc(deadLetterDepths.pipeline));
    return rows.map(({ tenant: _, alertThreshold, ...depth }) => ({ ...depth, ...(alertThreshold === null ? {} : { alert_threshold: alertThreshold }) }));
  }

  async expire(tenant: string, now: number): Promise<number> {
    const key = KEY.join(', ');
    const expired = `SELECT ${key} FROM dead_letters INDEXED BY dead_letters_expiry WHERE tenant = ? AND expires_at <= ? LIMIT ${EXPIRED_AT_ONCE}`;
    const { results } = await this.#d1.prepare(`DELETE FROM dead_letters WHERE (${key}) IN (${expired}) RETURNING 1`).bind(tenant, now).all();
    return results.length;
  }

  async forget(tenant: string, before: number): Promise<number> {
    const key = KEY.join(', ');
    let removed = 0;
    for (const { environment, workflow, pipeline } of await this.depths(tenant)) {
      const old = `SELECT ${key} FROM dead_letters WHERE tenant = ? AND environment = ? AND workflow = ? AND pipeline = ? AND failed_at < ? LIMIT ?`;
      const { results } = await this.#d1
        .prepare(`DELETE FROM dead_letters WHERE (${key}) IN (${old}) RETURNING 1`)
        .bind(tenant, environment, workflow, pipeline, before, EXPIRED_AT_ONCE - removed)
        .all();
      removed += results.length;
      if (removed >= EXPIRED_AT_ONCE) break;
    }
    return removed;
  }
}

const KEY_OF_LETTER: SQL[] = [
  eq(deadLetters.tenant, undeliveredEvents.tenant),
  eq(deadLetters.environment, undeliveredEvents.environment),
  eq(deadLetters.workflow, undeliveredEvents.workflow),
  eq(deadLetters.pipeline, undeliveredEvents.pipeline),
  eq(deadLetters.failedAt, undeliveredEvents.failedAt),
  eq(deadLetters.executionId, undeliveredEvents.id),
];

function at(table: typeof deadLetters, { environment, workflow, pipeline }: PipelinePlace): SQL[] {
  return [eq(table.environment, environment), eq(table.workflow, workflow), eq(table.pipeline, pipeline)];
}

/** In the order of COLUMNS. */
function valuesOf({ seq, summary, dead_letter }: ProjectionMessage): (string | number | null)[] {
  const letter = dead_letter!;
  return [
    summary.tenant,
    summary.environment,
    summary.workflow,
    summary.pipeline,
    Date.parse(letter.failed_at),
    summary.execution_id,
    summary.trigger,
    letter.step ?? null,
    letter.attempts,
    letter.error.code,
    letter.error.message,
    letter.replayable ? 1 : 0,
    letter.alert_threshold ?? null,
    Date.parse(letter.expires_at),
    seq,
    letter.status,
    letter.replayed_as ?? null,
    letter.closed_at === undefined ? null : Date.parse(letter.closed_at),
    letter.closed_by ?? null,
  ];
}

function letterOf(row: typeof deadLetters.$inferSelect): DeadLetterRow {
  return {
    execution_id: row.executionId,
    trigger: row.trigger,
    status: row.status,
    failed_at: new Date(row.failedAt).toISOString(),
    expires_at: new Date(row.expiresAt).toISOString(),
    ...(row.step === null ? {} : { step: row.step }),
    attempts: row.attempts,
    error: { code: row.errorCode, message: row.errorMessage },
    replayable: row.replayable,
    ...(row.alertThreshold === null ? {} : { alert_threshold: row.alertThreshold }),
    ...(row.replayedAs === null ? {} : { replayed_as: row.replayedAs }),
    ...(row.closedAt === null ? {} : { closed_at: new Date(row.closedAt).toISOString() }),
    ...(row.closedBy === null ? {} : { closed_by: row.closedBy }),
  };
}
