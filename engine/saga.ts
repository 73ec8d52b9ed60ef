/** Which steps are undone, and in which order. */
import type { Pipeline } from '#contracts/definition';
import { isFromRecord } from '#engine/recording';
import type { StartedState } from '#engine/state';

/**
 * Only what completed and says how it is undone; the last completed first. What a replay took from a record belongs
 * to its origin and is not undone here; a dry run rehearses the undoing as well.
 */
export function compensationOrder(state: StartedState, pipeline: Pipeline): string[] {
  return Object.values(state.steps)
    .filter((step) => {
      const node = pipeline.nodes[step.index];
      if (isFromRecord(step.response) && !state.facts.dry_run) return false;
      return step.status === 'completed' && node?.kind === 'activity' && node.compensate !== undefined;
    })
    .sort((a, b) => b.completed_seq! - a.completed_seq!)
    .map(({ name }) => name);
}
