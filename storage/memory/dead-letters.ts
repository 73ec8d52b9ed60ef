/** Memory twin of the list of dead letters. */
import type { DeadLetterFacts, ProjectionMessage } from '#contracts/execution';
import type { UndeliveredEvent } from '#contracts/undelivered';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { DeadLetterDepth, DeadLetterIndex, DeadLetterRow, PipelinePlace } from '#storage/dead-letter-ports';
import { newestOf } from '#storage/newest-message';

interface Letter {
  seq: number;
  summary: PipelinePlace & { tenant: string; execution_id: string; trigger: string };
  dead_letter: DeadLetterFacts;
  /** Of an event that reached no execution. */
  event?: UndeliveredEvent;
}

export class MemoryDeadLetters implements DeadLetterIndex {
  readonly #letters = new Map<string, Letter>();
  /** Pipelines that ever had a letter, with the threshold of their last. */
  readonly #pipelines = new Map<string, PipelinePlace & { tenant: string; alert_threshold?: number }>();

  async project(messages: ProjectionMessage[]): Promise<void> {
    for (const { seq, summary, dead_letter } of newestOf(messages.filter((message) => message.dead_letter))) {
      this.#put({ seq, summary, dead_letter: dead_letter! });
    }
  }

  async keep(event: UndeliveredEvent, dead_letter: DeadLetterFacts): Promise<void> {
    const { id: execution_id, start, ...place } = event;
    this.#put({ seq: 1, summary: { ...place, execution_id, trigger: start.trigger }, dead_letter, event });
  }

  async undelivered(tenant: string, id: string): ReturnType<DeadLetterIndex['undelivered']> {
    const found = this.#letters.get(`${tenant}/${id}`);
    return found?.event ? { event: structuredClone(found.event), letter: rowOf(found) } : null;
  }

  async close({ tenant, id }: UndeliveredEvent, closing: Parameters<DeadLetterIndex['close']>[1]): Promise<boolean> {
    const found = this.#letters.get(`${tenant}/${id}`);
    if (found?.dead_letter.status !== 'waiting') return false;
    Object.assign(found.dead_letter, closing);
    return true;
  }

  #put(letter: Letter): void {
    const { tenant, environment, workflow, pipeline, execution_id } = letter.summary;
    const key = `${tenant}/${execution_id}`;
    const known = this.#letters.get(key);
    if (known && known.seq >= letter.seq) return;
    this.#letters.set(key, structuredClone(letter));
    if (known) return;
    const { alert_threshold } = letter.dead_letter;
    const threshold = alert_threshold === undefined ? {} : { alert_threshold };
    this.#pipelines.set(JSON.stringify([tenant, environment, workflow, pipeline]), { tenant, environment, workflow, pipeline, ...threshold });
  }

  async list(tenant: string, place: PipelinePlace, query: Parameters<DeadLetterIndex['list']>[2]): ReturnType<DeadLetterIndex['list']> {
    const after = query.cursor === undefined ? undefined : decodeCursor('dead-letters', ['number', 'string'], query.cursor);
    const direction = query.oldest_first ? 1 : -1;
    const rows = this.#at(tenant, place)
      .filter(({ dead_letter }) => Date.parse(dead_letter.expires_at) > query.now && (!query.status || dead_letter.status === query.status))
      .filter((letter) => !after || compare(positionOf(letter), after) * direction > 0)
      .sort((left, right) => compare(positionOf(left), positionOf(right)) * direction)
      .slice(0, query.limit + 1)
      .map(rowOf);
    return pageOf(rows, query.limit, (last) => encodeCursor('dead-letters', [Date.parse(last.failed_at), last.execution_id]));
  }

  async depths(tenant: string, environment?: string): Promise<DeadLetterDepth[]> {
    return [...this.#pipelines]
      .filter(([, place]) => place.tenant === tenant && (environment === undefined || place.environment === environment))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, { tenant: _, alert_threshold, ...place }]) => ({
        ...place,
        depth: this.#at(tenant, place).filter(({ dead_letter }) => dead_letter.status === 'waiting').length,
        ...(alert_threshold === undefined ? {} : { alert_threshold }),
      }));
  }

  async expire(tenant: string, now: number): Promise<number> {
    const expired = [...this.#letters].filter(([, { summary, dead_letter }]) => summary.tenant === tenant && Date.parse(dead_letter.expires_at) <= now);
    for (const [key] of expired) this.#letters.delete(key);
    return expired.length;
  }

  async forget(tenant: string, before: number): Promise<number> {
    const old = [...this.#letters].filter(([, { summary, dead_letter }]) => summary.tenant === tenant && Date.parse(dead_letter.failed_at) < before);
    for (const [key] of old) this.#letters.delete(key);
    return old.length;
  }

  #at(tenant: string, { environment, workflow, pipeline }: PipelinePlace): Letter[] {
    return [...this.#letters.values()].filter(
      ({ summary }) => summary.tenant === tenant && summary.environment === environment && summary.workflow === workflow && summary.pipeline === pipeline,
    );
  }
}

type Position = readonly [failedAt: number, executionId: string];

function positionOf({ summary, dead_letter }: Letter): Position {
  return [Date.parse(dead_letter.failed_at), summary.execution_id];
}

function compare(left: Position, right: Position): number {
  return left[0] - right[0] || (left[1] < right[1] ? -1 : left[1] > right[1] ? 1 : 0);
}

function rowOf({ summary, dead_letter }: Letter): DeadLetterRow {
  return { execution_id: summary.execution_id, trigger: summary.trigger, ...structuredClone(dead_letter) };
}
