/** When an execution must be looked at again: the alarm of its object. */
import type { StartedState } from '#engine/state';

/**
 * Epoch ms of the next deadline, timer or retry; `undefined` when only an outcome or a signal can move it.
 * Leases of attempts under way are the doorman's affair: it knows whether they still run.
 */
export function wakeAt(state: StartedState): number | undefined {
  let due: number | undefined;
  const sooner = (at: number | undefined) => {
    if (at !== undefined && (due === undefined || at < due)) due = at;
  };
  if (state.phase.kind === 'running') {
    sooner(state.facts.deadline);
    for (const name in state.steps) sooner(state.steps[name]!.due_at);
  } else if (state.phase.kind === 'compensating') {
    for (const name of state.phase.order) sooner(state.steps[name]?.undo?.due_at);
  }
  return due;
}
