/** Memory twin of the execution index. */
import type { ExecutionSummary, ProjectionMessage } from '#contracts/execution';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { newestOf } from '#storage/newest-message';
import type { ExecutionFilter, ExecutionIndex } from '#storage/ports';

export class MemoryExecutionIndex implements ExecutionIndex {
  readonly #rows = new Map<string, ProjectionMessage>();

  async project(messages: ProjectionMessage[]): Promise<void> {
    for (const message of newestOf(messages)) {
      const key = `${message.summary.tenant}/${message.summary.execution_id}`;
      const known = this.#rows.get(key);
      if (!known || known.seq < message.seq) this.#rows.set(key, structuredClone(message));
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
  if (filter.pipeline !== undefined && row.pipeline !== filter.pipeline) return false;
  if (filter.workflow !== undefined && row.workflow !== filter.workflow) return false;
  if (filter.workflow_ids !== undefined && !filter.workflow_ids.includes(row.workflow_id)) return false;
  if (filter.environment !== undefined && row.environment !== filter.environment) return false;
  if (filter.from !== undefined && startedAt < filter.from) return false;
  if (filter.to !== undefined && startedAt >= filter.to) return false;
  if (filter.q === undefined) return true;
  const text = filter.q.toLowerCase();
  return [row.execution_id, row.pipeline, row.error?.code, row.error?.message].some((field) => field?.toLowerCase().includes(text));
}
