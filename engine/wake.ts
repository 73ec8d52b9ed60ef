/** When an execution must be looked at again: the alarm of its object. */
import { hasEnded, type StartedState } from '#engine/state';
import { firstAble } from '#engine/strands';

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

/**
 * Whether the run could go on this instant: nothing is under way and nothing is waited for. So it is after a start
 * that was answered before its first step, and after a turn whose sequel was lost.
 */
export function isIdle(state: StartedState): boolean {
  if (hasEnded(state)) return false;
  const busy = Object.keys(state.active).length > 0;
  // Asked to cancel, it waits for what is under way.
  if (state.phase.kind !== 'compensating') return firstAble(state) !== undefined && !(busy && state.cancel);
  if (busy) return false;
  return state.phase.order.every((name) => state.steps[name]?.undo?.due_at === undefined);
}
