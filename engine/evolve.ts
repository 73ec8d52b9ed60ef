/**
 * `evolve(state, event) -> state`, and the fold over a whole log.
 *
 * Invariants
 * 1. Never throws, never mutates its argument.
 * 2. Knows nothing but the event: no definition, no clock.
 * 3. An event that does not fit the state (a log from a defect) changes nothing but `seq`.
 */
import type { LogEvent } from '#contracts/events';
import { draftOf } from '#engine/draft';
import { endStrand, openBlock, startStrand, stopBlock } from '#engine/evolve/blocks';
import { cancelExecution, closeDeadLetter, completeExecution, failExecution, recordDeadLetter } from '#engine/evolve/ends';
import { grantAdmission, moveToVersion, refuseAdmission, releaseKey } from '#engine/evolve/facts';
import { giveInput, goOn, hearSignal, holdAtBreakpoint, pause, releaseBreakpoint, takeSignal } from '#engine/evolve/holds';
import { endAttempt } from '#engine/evolve/records';
import {
  completeStep,
  failStep,
  mockStep,
  recordInput,
  recordOutput,
  retryStep,
  routeStep,
  setTimer,
  skipStep,
  startStep,
  startWait,
} from '#engine/evolve/steps';
import { completeUndo, completeUndoing, failUndo, resumeUndoing, startUndo, startUndoing } from '#engine/evolve/undoing';
import { type ExecutionState, initialState, isStarted } from '#engine/state';
import { newStrand, ROOT } from '#engine/strands';

export function evolve(state: ExecutionState, event: LogEvent): ExecutionState {
  return apply(isStarted(state) ? draftOf(state) : state, event);
}

export function fold(events: Iterable<LogEvent>, from: ExecutionState = initialState): ExecutionState {
  let state = isStarted(from) ? draftOf(from) : from;
  for (const event of events) state = apply(state, event);
  return state;
}

/** The fold, event by event, without a copy for each. */
export class Fold {
  #state: ExecutionState = initialState;

  take(event: LogEvent): void {
    this.#state = apply(this.#state, event);
  }

  get state(): ExecutionState {
    return this.#state;
  }
}

/** Applies one event to a draft that the caller owns. */
export function apply(draft: ExecutionState, event: LogEvent): ExecutionState {
  if (event.type === 'execution.started') {
    return {
      phase: { kind: 'running' },
      seq: event.seq,
      facts: event.data,
      started_at: event.at,
      strands: { [ROOT]: newStrand(0) },
      kept: {},
      blocks: {},
      steps: {},
      calls: {},
      active: {},
    };
  }
  if (!isStarted(draft)) return draft;
  draft.seq = event.seq;
  const { at, seq } = event;
  switch (event.type) {
    case 'step.started':
      startStep(draft, event.data, at);
      break;
    case 'step.input_recorded':
      recordInput(draft, event.data);
      break;
    case 'step.output_recorded':
      recordOutput(draft, event.data);
      break;
    case 'step.completed':
      completeStep(draft, event.data, seq);
      break;
    case 'step.failed':
      failStep(draft, event.data);
      break;
    case 'step.skipped':
      skipStep(draft, event.data, at, seq);
      break;
    case 'conditional.routed':
      routeStep(draft, event.data, at, seq);
      break;
    case 'timer.scheduled':
      setTimer(draft, event.data);
      break;
    case 'retry.attempted':
      retryStep(draft, event.data);
      break;
    case 'step.mocked':
      mockStep(draft, event.data, at);
      break;
    case 'wait.started':
      startWait(draft, event.data);
      break;
    case 'execution.migrated':
      moveToVersion(draft, event.data);
      break;
    case 'cancel.requested':
      draft.cancel = { reason: event.data.reason, by: event.data.by };
      break;
    case 'execution.paused':
      pause(draft, event.data, at);
      break;
    case 'execution.resumed':
      goOn(draft, at);
      break;
    case 'breakpoint.hit':
      holdAtBreakpoint(draft, event.data, at);
      break;
    case 'breakpoint.modified':
      giveInput(draft, event.data);
      break;
    case 'breakpoint.released':
      releaseBreakpoint(draft, event.data, at);
      break;
    case 'signal.received':
      hearSignal(draft, event.data);
      break;
    case 'signal.taken':
      takeSignal(draft, event.data);
      break;
    case 'execution.completed':
      completeExecution(draft, event.data, at);
      break;
    case 'execution.failed':
      failExecution(draft, event.data, at);
      break;
    case 'execution.cancelled':
      cancelExecution(draft, event.data, at);
      break;
    case 'saga.compensating':
      startUndoing(draft, event.data, at);
      break;
    case 'compensation.started':
      startUndo(draft, event.data, at);
      break;
    case 'compensation.failed':
      failUndo(draft, event.data);
      break;
    case 'step.compensated':
      completeUndo(draft, event.data);
      break;
    case 'saga.compensated':
      completeUndoing(draft, at);
      break;
    case 'compensation.resumed':
      resumeUndoing(draft, at);
      break;
    case 'admission.queued':
      draft.admission = event.data;
      break;
    case 'admission.granted':
      grantAdmission(draft, event.data);
      break;
    case 'admission.refused':
      refuseAdmission(draft, event.data);
      break;
    case 'dead_letter.recorded':
      recordDeadLetter(draft, event.data, at);
      break;
    case 'dead_letter.replayed':
      closeDeadLetter(draft, 'replayed', at, event.data.by, event.data.execution_id);
      break;
    case 'dead_letter.discarded':
      closeDeadLetter(draft, 'discarded', at, event.data.by);
      break;
    case 'key.released':
      releaseKey(draft, at);
      break;
    case 'circuit.refused':
      break;
    case 'block.opened':
      openBlock(draft, event.data);
      endAttempt(draft, event.data.step_name, 'run');
      break;
    case 'strand.started':
      startStrand(draft, event.data);
      endAttempt(draft, event.data.step_name, 'run');
      break;
    case 'strand.ended':
      endStrand(draft, event.data);
      break;
    case 'block.stopping':
      stopBlock(draft, event.data);
      break;
    default: {
      const never: never = event;
      return never;
    }
  }
  return draft;
}
