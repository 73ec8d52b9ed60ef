/** Memory twin of the execution index, and of what is measured of its executions. */
import { type ExecutionSummary, FINAL_STATUSES, type ProjectionMessage, WRONG_STATUSES } from '#contracts/execution';
import { keyState } from '#contracts/key-store';
import type { MeasuredRow, TallySpan } from '#contracts/tally';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { ExecutionPlace } from '#storage/execution-cursor';
import type { ExecutionFilter, ExecutionIndex, ExecutionMeasures, KeptHour, KeyedFilter, OpenCount } from '#storage/execution-ports';
import { HOUR_MS, hourOf, spanOf, spanText } from '#storage/metric-hours';
import { newestOf } from '#storage/newest-message';

export class MemoryExecutionIndex implements ExecutionIndex, ExecutionMeasures {
  readonly #rows = new Map<string, ProjectionMessage>();
  readonly #hours = new Map<string, string>();

  async project(messages: ProjectionMessage[]): Promise<void> {
    for (const message of newestOf(messages)) {
      const key = `${message.summary.tenant}/${message.summary.execution_id}`;
      const known = this.#rows.get(key);
      if (known && known.seq >= message.seq) continue;
      this.#rows.set(key, structuredClone(message));
      this.#hours.delete(`${message.summary.tenant}/${hourOf(Date.parse(message.summary.started_at))}`);
    }
  }

  async list(tenant: string, filter: ExecutionFilter): Promise<{ items: ExecutionSummary[]; next_cursor: string | null }> {
    const after = filter.cursor === undefined ? undefined : decodeCursor('executions', ['number', 'string'], filter.cursor);
    const rows = [...this.#rows.values()]
      .map((row) => row.summary)
      .filter((row) => row.tenant === tenant && fits(row, filter))
      .filter((row) => !after || compare(placeOf(row), after) < 0)
      .sort((left, right) => compare(placeOf(right), placeOf(left)))
      .slice(0, filter.limit + 1);
    return pageOf(rows, filter.limit, (last) => encodeCursor('executions', [...placeOf(last)]));
  }

  async rows(tenant: string, { from, to, before, limit }: { from: number; to: number; before?: ExecutionPlace; limit: number }): Promise<MeasuredRow[]> {
    const behind = before && ([before.started_at, before.execution_id] as const);
    return this.#started(tenant, from, to)
      .filter(({ summary }) => !behind || compare(placeOf(summary), behind) < 0)
      .sort((left, right) => compare(placeOf(right.summary), placeOf(left.summary)))
      .slice(0, limit)
      .map(measuredRow);
  }

  async hours(tenant: string, from: number, to: number): Promise<TallySpan[]> {
    const spans: TallySpan[] = [];
    for (const [key, text] of this.#hours) {
      const span = spanOf(text);
      if (span && key === `${tenant}/${span.at}` && span.at >= from && span.at < to) spans.push(span);
    }
    return spans.sort((left, right) => left.at - right.at);
  }

  async open(tenant: string): Promise<OpenCount[]> {
    const counts = new Map<string, OpenCount>();
    for (const { summary } of this.#rows.values()) {
      if (summary.tenant !== tenant || FINAL_STATUSES.includes(summary.status)) continue;
      const { workflow, workflow_id, environment, pipeline } = summary;
      const key = [workflow, pipeline, environment, workflow_id].join('/');
      counts.set(key, { workflow, workflow_id, environment, pipeline, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return [...counts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, count]) => count);
  }

  async keep(tenant: string, hours: KeptHour[], until: number): Promise<void> {
    for (const { at } of await this.hours(tenant, 0, until)) this.#hours.delete(`${tenant}/${at}`);
    for (const { span, rows, seqs } of hours) {
      const now = this.#started(tenant, span.at, span.at + HOUR_MS);
      const text = spanText(span);
      const isStill = now.length === rows && now.reduce((sum, { seq }) => sum + seq, 0) === seqs;
      if (text !== undefined && isStill) this.#hours.set(`${tenant}/${span.at}`, text);
    }
  }

  #started(tenant: string, from: number, to: number): ProjectionMessage[] {
    return [...this.#rows.values()].filter(({ summary }) => {
      const [at] = placeOf(summary);
      return summary.tenant === tenant && at >= from && at < to;
    });
  }
}

function measuredRow({ seq, summary, measure }: ProjectionMessage): MeasuredRow {
  const { execution_id, workflow, workflow_id, environment, pipeline, status, duration_ms } = summary;
  return {
    execution_id,
    started_at: Date.parse(summary.started_at),
    seq,
    workflow,
    workflow_id,
    environment,
    pipeline,
    status,
    duration_ms: duration_ms ?? null,
    measure: measure ?? null,
  };
}

type Place = readonly [startedAt: number, executionId: string];

function placeOf(row: ExecutionSummary): Place {
  return [Date.parse(row.started_at), row.execution_id];
}

function compare(left: Place, right: Place): number {
  return left[0] - right[0] || (left[1] < right[1] ? -1 : left[1] > right[1] ? 1 : 0);
}

function fits(row: ExecutionSummary, filter: ExecutionFilter): boolean {
  const startedAt = Date.parse(row.started_at);
  if (filter.status !== undefined && row.status !== filter.status) return false;
  if (filter.outcome !== undefined && !WRONG_STATUSES.includes(row.status)) return false;
  if (filter.pipeline !== undefined && row.pipeline !== filter.pipeline) return false;
  if (filter.workflow !== undefined && row.workflow !== filter.workflow) return false;
  if (filter.workflow_ids !== undefined && !filter.workflow_ids.includes(row.workflow_id)) return false;
  for (const [name, value] of Object.entries(filter.attr ?? {})) if (row.attributes?.[name] !== value) return false;
  if (filter.environment !== undefined && row.environment !== filter.environment) return false;
  if (filter.from !== undefined && startedAt < filter.from) return false;
  if (filter.to !== undefined && startedAt >= filter.to) return false;
  if (filter.ended_after !== undefined && row.completed_at !== undefined && Date.parse(row.completed_at) < filter.ended_after) return false;
  if (filter.keyed && !fitsKey(row, filter.keyed)) return false;
  if (filter.q === undefined) return true;
  const text = filter.q.toLowerCase();
  return [row.execution_id, row.pipeline, row.error?.code, row.error?.message].some((field) => field?.toLowerCase().includes(text));
}

function fitsKey(
  { idempotency_key: key, idempotency_expires_at: until, status }: ExecutionSummary,
  { now, state, prefix = '', text = '' }: KeyedFilter,
): boolean {
  if (key === undefined || until === undefined) return false;
  const is = keyState({ until: Date.parse(until), isAnswered: FINAL_STATUSES.includes(status) }, now);
  return (state === undefined || is === state) && key.startsWith(prefix) && key.toLowerCase().includes(text.toLowerCase());
}
