/** What a state comes to: the status of its execution, whether it has ended, and what it stands at or waits for. */
import type { EventData } from '#contracts/events';
import type { ExecutionStatus } from '#contracts/execution';
import { type ExecutionState, isStarted, type StartedState, type StepState } from '#engine/state';

export function hasEnded(state: ExecutionState): boolean {
  const kind = state.phase.kind;
  return kind === 'completed' || kind === 'failed' || kind === 'cancelled' || kind === 'compensated';
}

/** It waits: for a place, or for the time of others to pass. */
export function isQueued(admission: StartedState['admission']): admission is EventData['admission.queued'] {
  return admission !== undefined && admission.reason !== 'granted' && admission.reason !== 'refused';
}

/** It has a gate to pass, and has not passed it. */
export function awaitsAdmission({ phase, facts, admission }: StartedState): boolean {
  return facts.admission !== undefined && phase.kind === 'running' && (admission === undefined || isQueued(admission));
}

export function statusOf(state: ExecutionState): ExecutionStatus {
  switch (state.phase.kind) {
    case 'pending':
    case 'compensating':
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'compensated':
      return state.phase.kind;
    case 'running':
      if (isStarted(state) && state.paused) return 'paused';
      if (isStarted(state) && awaitsAdmission(state)) return 'pending';
      return isStarted(state) && Object.keys(state.active).length === 0 && sleeper(state) !== undefined ? 'waiting' : 'running';
    default: {
      const never: never = state.phase;
      return never;
    }
  }
}

/** A step that holds the run up: until an instant (a timer, the pause before a retry), or until a signal. */
export function sleeper(state: StartedState): StepState | undefined {
  for (const name in state.steps) if (isAsleep(state.steps[name]!)) return state.steps[name];
  return undefined;
}

/** All of them: in blocks there may be several. */
export function sleepers(state: StartedState): StepState[] {
  return Object.values(state.steps).filter(isAsleep);
}

function isAsleep(step: StepState): boolean {
  return (step.due_at !== undefined || step.wait !== undefined) && (step.status === 'waiting' || step.status === 'retrying');
}

/** The step the run stands at, for lists: under way, waiting, or the one that failed. */
export function currentStep(state: StartedState): string | undefined {
  const active = Object.values(state.active)[0];
  if (active) return active.step;
  if (state.phase.kind === 'failed' || state.phase.kind === 'compensating') return state.phase.step_name;
  if (state.phase.kind === 'compensated') return state.phase.saga.step_name;
  return state.paused?.breakpoint?.step ?? sleeper(state)?.name;
}
