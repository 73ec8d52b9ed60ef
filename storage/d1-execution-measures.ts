/**
 * What is measured of executions, in the region's D1.
 *
 * 1. Rows are a range of the table's key; nothing is looked through that is not asked for.
 * 2. An hour is kept by one statement that compares it with its rows as they are then, so what came in meanwhile is never
 *    missing from it; a row that changes later drops it (`D1ExecutionIndex`).
 */
import { EXECUTION_STATUSES, FINAL_STATUSES } from '#contracts/execution';
import type { PackedMeasure } from '#contracts/metrics';
import type { MeasuredRow, TallySpan } from '#contracts/tally';
import type { ExecutionPlace } from '#storage/execution-cursor';
import { type ExecutionMeasures, type KeptHour, MAX_OPEN, type OpenCount } from '#storage/execution-ports';
import { HOUR_MS, spanOf, spanText } from '#storage/metric-hours';

const ROWS = `SELECT execution_id, started_at, seq, workflow, workflow_id, environment, pipeline, status, duration_ms, measure FROM executions
WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3 AND (started_at, execution_id) < (?4, ?5)
ORDER BY started_at DESC, execution_id DESC LIMIT ?6`;

const OPEN = `SELECT workflow, workflow_id, environment, pipeline, count(*) AS count FROM (
  SELECT workflow, workflow_id, environment, pipeline FROM executions INDEXED BY executions_open
  WHERE tenant = ? AND status <> 'completed' AND status IN (${EXECUTION_STATUSES.filter((status) => !FINAL_STATUSES.includes(status))
    .map((status) => `'${status}'`)
    .join(', ')}) LIMIT ${MAX_OPEN})
GROUP BY workflow, workflow_id, environment, pipeline ORDER BY workflow, pipeline, environment`;

const KEEP = `INSERT OR REPLACE INTO metric_hours (tenant, hour, span) SELECT ?1, ?2, ?3
FROM (SELECT count(*) AS n, sum(seq) AS seqs FROM executions WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?2 + ${HOUR_MS})
WHERE n = ?4 AND seqs = ?5`;

export class D1ExecutionMeasures implements ExecutionMeasures {
  readonly #d1: D1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
  }

  async rows(tenant: string, { from, to, before, limit }: { from: number; to: number; before?: ExecutionPlace; limit: number }): Promise<MeasuredRow[]> {
    const { results } = await this.#d1
      .prepare(ROWS)
      .bind(tenant, from, to, before?.started_at ?? to, before?.execution_id ?? '', limit)
      .all<Omit<MeasuredRow, 'measure'> & { measure: string | null }>();
    return results.map((row) => ({ ...row, measure: row.measure === null ? null : (JSON.parse(row.measure) as PackedMeasure) }));
  }

  async hours(tenant: string, from: number, to: number): Promise<TallySpan[]> {
    const { results } = await this.#d1
      .prepare('SELECT span FROM metric_hours WHERE tenant = ? AND hour >= ? AND hour < ? ORDER BY hour')
      .bind(tenant, from, to)
      .all<{ span: string }>();
    return results.flatMap(({ span }) => spanOf(span) ?? []);
  }

  async open(tenant: string): Promise<OpenCount[]> {
    const { results } = await this.#d1.prepare(OPEN).bind(tenant).all<OpenCount>();
    return results;
  }

  async keep(tenant: string, hours: KeptHour[], until: number): Promise<void> {
    const statements = [this.#d1.prepare('DELETE FROM metric_hours WHERE tenant = ? AND hour < ?').bind(tenant, until)];
    for (const { span, rows, seqs } of hours) {
      const text = spanText(span);
      if (text !== undefined) statements.push(this.#d1.prepare(KEEP).bind(tenant, span.at, text, rows, seqs));
    }
    await this.#d1.batch(statements);
  }
}
