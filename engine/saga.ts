/** Which steps are undone, and in which order. */
import type { Pipeline } from '#contracts/definition';
import { isFromRecord } from '#engine/recording';
import type { StartedState } from '#engine/state';

/** Only what completed and says how it is undone, wherever it ran; the last completed first. */
export function compensationOrder(state: StartedState, pipeline: Pipeline): string[] {
  return Object.values(state.steps)
    .filter(({ name }) => isUndoable(state, pipeline, name))
    .sort((a, b) => b.completed_seq! - a.completed_seq!)
    .map(({ name }) => name);
}

/** What a replay took from a record belongs to its origin and is not undone here; a dry run rehearses the undoing as well. */
export function isUndoable(state: StartedState, pipeline: Pipeline, name: string): boolean {
  const step = state.steps[name];
  if (step?.status !== 'completed' || (isFromRecord(step.response) && !state.facts.dry_run)) return false;
  const node = pipeline.nodes[step.index];
  return node?.kind === 'activity' && node.compensate !== undefined;
}
