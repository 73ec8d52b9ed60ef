/** The end of a run, and what becomes of a dead letter that it has left, folded. */
import type { EventData } from '#contracts/events';
import { withoutUndefined } from '#engine/evolve/records';
import type { DeadLetter, StartedState } from '#engine/state';

export function completeExecution(draft: StartedState, { response }: EventData['execution.completed'], at: number): void {
  draft.phase = { kind: 'completed', at, ...(response ? { response } : {}) };
}

export function failExecution(draft: StartedState, { error, step_name }: EventData['execution.failed'], at: number): void {
  delete draft.paused;
  draft.phase = {
    kind: 'failed',
    at,
    error,
    ...(step_name === undefined ? {} : { step_name }),
    ...(draft.phase.kind === 'compensating' ? { saga: draft.phase } : {}),
  };
  draft.active = {};
}

export function cancelExecution(draft: StartedState, { reason, by }: EventData['execution.cancelled'], at: number): void {
  delete draft.paused;
  draft.phase = { kind: 'cancelled', at, reason, by };
  draft.active = {};
}

export function recordDeadLetter(draft: StartedState, data: EventData['dead_letter.recorded'], at: number): void {
  draft.dead_letter = { status: 'waiting', recorded_at: at, ...data };
}

export function closeDeadLetter(draft: StartedState, status: DeadLetter['status'], closed_at: number, closed_by: string, replayed_as?: string): void {
  if (draft.dead_letter) draft.dead_letter = withoutUndefined({ ...draft.dead_letter, status, closed_at, closed_by, replayed_as });
}
