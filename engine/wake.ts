/** When an execution must be looked at again: the alarm of its object. */
import type { StartedState, StepState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { firstAble } from '#engine/strands';

/**
 * Epoch ms of the next deadline, timer or retry; `undefined` when only an outcome, a signal or a resume can move it.
 * Leases of attempts under way are the doorman's affair: it knows whether they still run.
 */
export function wakeAt(state: StartedState): number | undefined {
  let due: number | undefined;
  const sooner = (at: number | undefined) => {
    if (at !== undefined && (due === undefined || at < due)) due = at;
  };
  if (state.phase.kind === 'running') {
    // A pause stops the clock of the run as well.
    if (state.paused) return undefined;
    sooner(state.facts.deadline);
    // What waits has begun and is not at its end: a strand stands inside of it.
    for (const path in state.strands) sooner(stepInside(state, path)?.due_at);
    for (const name in state.blocks) if (!state.blocks[name]!.stopping) sooner(state.blocks[name]!.deadline);
  } else if (state.phase.kind === 'compensating') {
    for (const name of state.phase.order) sooner(state.steps[name]?.undo?.due_at);
  }
  return due;
}

/** Whether only somebody outside can move it: it is paused, or waits for a signal without an end. */
export function isAtRest(state: StartedState): boolean {
  return !hasEnded(state) && Object.keys(state.active).length === 0 && !isIdle(state) && wakeAt(state) === undefined;
}

/** Whether it goes on only when somebody wants it to: no caller should wait for its end. */
export function waitsForOthers(state: StartedState): boolean {
  if (state.paused) return true;
  if (state.phase.kind !== 'running' || Object.keys(state.active).length > 0) return false;
  for (const path in state.strands) if (stepInside(state, path)?.wait) return true;
  return false;
}

function stepInside({ strands, steps }: StartedState, path: string): StepState | undefined {
  const { inside } = strands[path]!;
  return inside === undefined ? undefined : steps[inside];
}

/**
 * Whether the run could go on this instant: nothing is under way and nothing is waited for. So it is after a start
 * that was answered before its first step, and after a turn whose sequel was lost.
 */
export function isIdle(state: StartedState): boolean {
  if (hasEnded(state) || state.paused) return false;
  const busy = Object.keys(state.active).length > 0;
  // Asked to cancel, it waits for what is under way.
  if (state.phase.kind !== 'compensating') return firstAble(state) !== undefined && !(busy && state.cancel);
  if (busy) return false;
  return state.phase.order.every((name) => state.steps[name]?.undo?.due_at === undefined);
}
