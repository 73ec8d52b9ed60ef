/** The events of a saga that is undone, folded. */
import type { EventData } from '#contracts/events';
import { beginAttempt, endAttempt, setStep, setUndo } from '#engine/evolve/records';
import type { StartedState } from '#engine/state';

export function startUndoing(draft: StartedState, { reason, error, step_name, steps }: EventData['saga.compensating'], at: number): void {
  delete draft.paused;
  draft.phase = { kind: 'compensating', reason, error, step_name, order: steps, started_at: at };
  draft.active = {};
}

export function startUndo(draft: StartedState, data: EventData['compensation.started'], at: number): void {
  const { step_name, step_type, attempt, input, secrets, idempotency_key } = data;
  setUndo(draft, step_name, { type: step_type, status: 'running', attempts: attempt, input, secrets, idempotency_key, due_at: undefined });
  beginAttempt(draft, { step: step_name, phase: 'compensate', attempt, started_at: at });
}

export function failUndo(draft: StartedState, { step_name, error }: EventData['compensation.failed']): void {
  const failures = (draft.steps[step_name]?.undo?.failures ?? 0) + 1;
  setUndo(draft, step_name, { status: 'failed', failures, error });
  endAttempt(draft, step_name, 'compensate');
}

export function completeUndo(draft: StartedState, { step_name }: EventData['step.compensated']): void {
  setUndo(draft, step_name, { status: 'completed', input: undefined, secrets: undefined, due_at: undefined, error: undefined });
  setStep(draft, step_name, { status: 'compensated' });
  endAttempt(draft, step_name, 'compensate');
}

export function completeUndoing(draft: StartedState, at: number): void {
  if (draft.phase.kind === 'compensating') draft.phase = { kind: 'compensated', at, saga: draft.phase };
}

export function resumeUndoing(draft: StartedState, at: number): void {
  if (draft.phase.kind !== 'failed' || !draft.phase.saga) return;
  draft.phase = draft.phase.saga;
  for (const name of draft.phase.order) {
    // A fresh budget of attempts for what had given up.
    if (draft.steps[name]?.undo?.status === 'failed') setUndo(draft, name, { status: 'retrying', failures: 0, due_at: at });
  }
}
