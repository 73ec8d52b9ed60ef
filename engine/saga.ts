/** Which steps are undone, and in which order. */
import type { Pipeline } from '#contracts/definition';
import type { StartedState } from '#engine/state';

/** Only what completed and says how it is undone; the last completed first. */
export function compensationOrder(state: StartedState, pipeline: Pipeline): string[] {
  return state.completed
    .filter((name) => {
      const step = state.steps[name];
      const node = step && pipeline.nodes[step.index];
      return step?.status === 'completed' && node?.kind === 'activity' && node.compensate !== undefined;
    })
    .reverse();
}
