/** Memory twin of the list of dead letters. */
import type { ProjectionMessage } from '#contracts/execution';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { newestOf } from '#storage/newest-message';
import type { DeadLetterDepth, DeadLetterIndex, DeadLetterRow, PipelinePlace } from '#storage/ports';

type Letter = ProjectionMessage & { dead_letter: NonNullable<ProjectionMessage['dead_letter']> };

export class MemoryDeadLetters implements DeadLetterIndex {
  readonly #letters = new Map<string, Letter>();
  /** Pipelines that ever had a letter, with the threshold of their last. */
  readonly #pipelines = new Map<string, PipelinePlace & { tenant: string; alert_threshold?: number }>();

  async project(messages: ProjectionMessage[]): Promise<void> {
    for (const message of newestOf(messages.filter(hasLetter)) as Letter[]) {
      const { tenant, environment, workflow, pipeline, execution_id } = message.summary;
      const key = `${tenant}/${execution_id}`;
      const known = this.#letters.get(key);
      if (known && known.seq >= message.seq) continue;
      this.#letters.set(key, structuredClone(message));
      const { alert_threshold } = message.dead_letter;
      if (!known) {
        const threshold = alert_threshold === undefined ? {} : { alert_threshold };
        this.#pipelines.set(JSON.stringify([tenant, environment, workflow, pipeline]), { tenant, environment, workflow, pipeline, ...threshold });
      }
    }
  }

  async list(tenant: string, place: PipelinePlace, query: Parameters<DeadLetterIndex['list']>[2]): ReturnType<DeadLetterIndex['list']> {
    const after = query.cursor === undefined ? undefined : decodeCursor('dead-letters', ['number', 'string'], query.cursor);
    const direction = query.oldest_first ? 1 : -1;
    const rows = this.#at(tenant, place)
      .filter(({ dead_letter }) => Date.parse(dead_letter.expires_at) > query.now && (!query.status || dead_letter.status === query.status))
      .filter((letter) => !after || compare(positionOf(letter), after) * direction > 0)
      .sort((left, right) => compare(positionOf(left), positionOf(right)) * direction)
      .slice(0, query.limit + 1)
      .map(({ summary, dead_letter }): DeadLetterRow => ({ execution_id: summary.execution_id, trigger: summary.trigger, ...dead_letter }));
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

function hasLetter(message: ProjectionMessage): message is Letter {
  return message.dead_letter !== undefined;
}
