/**
 * `evolve(state, event) -> state`, and the fold over a whole log.
 *
 * Invariants
 * 1. Never throws, never mutates its argument.
 * 2. Knows nothing but the event: no definition, no clock.
 * 3. An event that does not fit the state (a log from a defect) changes nothing but `seq`.
 */
import type { EventData, LogEvent } from '#contracts/events';
import type { StepStatus } from '#contracts/execution';
import { draftOf, drop, own, ownBlock, ownStrand, putStrand } from '#engine/draft';
import { closeBlock, endStrand, openBlock, startStrand, stopBlock } from '#engine/evolve-blocks';
import {
  type Attempt,
  attemptId,
  type DeadLetter,
  type ExecutionState,
  initialState,
  type StartedState,
  type StepState,
  type Strand,
  type UndoState,
} from '#engine/state';
import { newStrand, ROOT, strandOf } from '#engine/strands';

/** Statuses of a step that has begun and is not at its end. */
const UNDER_WAY: readonly StepStatus[] = ['running', 'waiting', 'retrying'];

export function evolve(state: ExecutionState, event: LogEvent): ExecutionState {
  return apply(isPending(state) ? state : draftOf(state), event);
}

export function fold(events: Iterable<LogEvent>, from: ExecutionState = initialState): ExecutionState {
  let state = isPending(from) ? from : draftOf(from);
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
  if (isPending(draft)) return draft;
  draft.seq = event.seq;
  switch (event.type) {
    case 'step.started': {
      const { step_name, step_type, step_index, attempt, idempotency_key } = event.data;
      const known = draft.steps[step_name];
      if (attempt > 1 && known) {
        setStep(draft, step_name, { status: 'running', attempts: attempt, due_at: undefined });
      } else {
        own(draft, 'steps')[step_name] = {
          name: step_name,
          type: step_type,
          index: step_index,
          status: 'running',
          attempts: attempt,
          failures: 0,
          ...strandField(draft, step_name),
          runs: (known?.runs ?? 0) + 1,
          started_at: event.at,
          ...(idempotency_key === undefined ? {} : { idempotency_key }),
        };
        count(draft, step_name);
      }
      move(draft, step_name, step_index, true);
      passed(draft, step_name);
      begin(draft, { step: step_name, phase: 'run', attempt, started_at: event.at });
      return draft;
    }
    case 'step.input_recorded':
      setStep(draft, event.data.step_name, { input: event.data.input, secrets: event.data.secrets });
      return draft;
    case 'step.output_recorded':
      setStep(draft, event.data.step_name, { output: event.data.output, response: event.data.response });
      return draft;
    case 'step.completed':
      setStep(draft, event.data.step_name, {
        status: 'completed',
        input: undefined,
        secrets: undefined,
        due_at: undefined,
        wait: undefined,
        mock: undefined,
        error: undefined,
      });
      end(draft, event.data.step_name, 'run');
      complete(draft, event.data.step_name, event.seq, event.data.next_index);
      if (event.data.continued_as !== undefined) draft.continued_as = event.data.continued_as;
      closeBlock(draft, event.data.step_name);
      return draft;
    case 'step.failed': {
      const known = draft.steps[event.data.step_name];
      setStep(draft, event.data.step_name, {
        status: 'failed',
        error: event.data.error,
        failures: (known?.failures ?? 0) + 1,
        due_at: undefined,
        wait: undefined,
        mock: undefined,
        ...(event.data.final ? { input: undefined, secrets: undefined } : {}),
      });
      end(draft, event.data.step_name, 'run');
      // Where the run goes on in spite of the failure, the next step.started moves on; a fold needs the place too.
      if (!event.data.final || !known) return draft;
      move(draft, known.name, known.index + 1);
      closeBlock(draft, known.name);
      return draft;
    }
    case 'step.skipped': {
      const { step_name, step_type, step_index, error } = event.data;
      const known = draft.steps[step_name];
      // Skipped after attempts (`on_error: skip`), or stopped while it waited: what it went through is kept.
      const attempted = known !== undefined && (error !== undefined || UNDER_WAY.includes(known.status));
      own(draft, 'steps')[step_name] = {
        name: step_name,
        type: step_type,
        index: step_index,
        status: 'skipped',
        attempts: attempted ? known.attempts : 0,
        failures: attempted ? known.failures : 0,
        ...strandField(draft, step_name),
        runs: attempted ? known.runs : (known?.runs ?? 0) + 1,
        started_at: attempted ? known.started_at : event.at,
        ...(error ? { error, output: { value: { _error: error.message, _skipped: true } } } : {}),
      };
      if (error) complete(draft, step_name, event.seq);
      else if (!attempted) count(draft, step_name);
      passed(draft, step_name);
      end(draft, step_name, 'run');
      move(draft, step_name, step_index + 1);
      closeBlock(draft, step_name);
      return draft;
    }
    case 'conditional.routed': {
      const { step_name, step_type, step_index, value, route } = event.data;
      own(draft, 'steps')[step_name] = {
        name: step_name,
        type: step_type,
        index: step_index,
        status: 'completed',
        attempts: 1,
        failures: 0,
        ...strandField(draft, step_name),
        runs: (draft.steps[step_name]?.runs ?? 0) + 1,
        started_at: event.at,
        output: { value: { value, route } },
        routed: true,
      };
      complete(draft, step_name, event.seq);
      passed(draft, step_name);
      count(draft, step_name);
      move(draft, step_name, event.data.target_index);
      return draft;
    }
    case 'timer.scheduled':
      setStep(draft, event.data.step_name, { status: 'waiting', due_at: event.data.due_at, output: event.data.output });
      end(draft, event.data.step_name, 'run');
      return draft;
    case 'retry.attempted': {
      const { step_name, phase, due_at, reason } = event.data;
      if (phase === 'run') setStep(draft, step_name, { status: 'retrying', due_at });
      else setUndo(draft, step_name, { status: 'retrying', due_at });
      if (reason === 'interrupted') end(draft, step_name, phase);
      return draft;
    }
    case 'execution.migrated':
      migrate(draft, event.data);
      return draft;
    case 'cancel.requested':
      draft.cancel = { reason: event.data.reason, by: event.data.by };
      return draft;
    case 'execution.paused':
      draft.paused = withoutUndefined({ at: event.at, by: event.data.by, reason: event.data.reason });
      return draft;
    case 'execution.resumed':
      goOn(draft, event.at);
      return draft;
    case 'breakpoint.hit': {
      const { step_name, step_type, step_index, breakpoint_id, condition, set_by } = event.data;
      const breakpoint = withoutUndefined({ id: breakpoint_id, step: step_name, step_type, step_index, condition });
      draft.paused = { at: event.at, by: set_by, breakpoint };
      return draft;
    }
    case 'breakpoint.modified': {
      const { input, secrets } = event.data;
      if (draft.paused?.breakpoint) draft.paused = { ...draft.paused, breakpoint: withoutUndefined({ ...draft.paused.breakpoint, input, secrets }) };
      return draft;
    }
    case 'breakpoint.released': {
      const { input, secrets } = draft.paused?.breakpoint ?? {};
      goOn(draft, event.at);
      if (event.data.action === 'resume') draft.pass = withoutUndefined({ step: event.data.step_name, input, secrets });
      return draft;
    }
    case 'step.mocked': {
      const { step_name, mock_id, due_at, output, error } = event.data;
      draft.mocked = { ...draft.mocked, [step_name]: (draft.mocked?.[step_name] ?? 0) + 1 };
      setStep(draft, step_name, { status: 'waiting', due_at: due_at ?? event.at, mock: withoutUndefined({ mock_id, output, error }) });
      end(draft, step_name, 'run');
      return draft;
    }
    case 'wait.started': {
      const { step_name, kind, event: name, correlation, due_at } = event.data;
      setStep(draft, step_name, { status: 'waiting', due_at, wait: withoutUndefined({ kind, event: name, correlation }) });
      if (kind === 'call') own(draft, 'calls')[name] = step_name;
      end(draft, step_name, 'run');
      return draft;
    }
    case 'signal.received': {
      const { signal_id: id, name, data, by, step_name } = event.data;
      draft.heard = [...(draft.heard ?? []), id].slice(-SIGNALS_REMEMBERED);
      if (step_name !== undefined) drop(draft, 'calls', id);
      if (step_name === undefined) draft.early = [...(draft.early ?? []), { id, name, data, by }];
      return draft;
    }
    case 'signal.taken': {
      drop(draft, 'calls', event.data.signal_id);
      const left = draft.early?.filter((signal) => signal.id !== event.data.signal_id) ?? [];
      if (left.length > 0) draft.early = left;
      else delete draft.early;
      return draft;
    }
    case 'execution.completed':
      draft.phase = { kind: 'completed', at: event.at, ...(event.data.response ? { response: event.data.response } : {}) };
      return draft;
    case 'execution.failed':
      delete draft.paused;
      draft.phase = {
        kind: 'failed',
        at: event.at,
        error: event.data.error,
        ...(event.data.step_name === undefined ? {} : { step_name: event.data.step_name }),
        ...(draft.phase.kind === 'compensating' ? { saga: draft.phase } : {}),
      };
      draft.active = {};
      return draft;
    case 'execution.cancelled':
      delete draft.paused;
      draft.phase = { kind: 'cancelled', at: event.at, reason: event.data.reason, by: event.data.by };
      draft.active = {};
      return draft;
    case 'saga.compensating': {
      delete draft.paused;
      const { reason, error, step_name, steps } = event.data;
      draft.phase = { kind: 'compensating', reason, error, step_name, order: steps, started_at: event.at };
      draft.active = {};
      return draft;
    }
    case 'compensation.started': {
      const { step_name, step_type, attempt, input, secrets, idempotency_key } = event.data;
      setUndo(draft, step_name, { type: step_type, status: 'running', attempts: attempt, input, secrets, idempotency_key, due_at: undefined });
      begin(draft, { step: step_name, phase: 'compensate', attempt, started_at: event.at });
      return draft;
    }
    case 'compensation.failed': {
      const failures = (draft.steps[event.data.step_name]?.undo?.failures ?? 0) + 1;
      setUndo(draft, event.data.step_name, { status: 'failed', failures, error: event.data.error });
      end(draft, event.data.step_name, 'compensate');
      return draft;
    }
    case 'step.compensated':
      setUndo(draft, event.data.step_name, { status: 'completed', input: undefined, secrets: undefined, due_at: undefined, error: undefined });
      setStep(draft, event.data.step_name, { status: 'compensated' });
      end(draft, event.data.step_name, 'compensate');
      return draft;
    case 'saga.compensated':
      if (draft.phase.kind === 'compensating') draft.phase = { kind: 'compensated', at: event.at, saga: draft.phase };
      return draft;
    case 'compensation.resumed':
      if (draft.phase.kind === 'failed' && draft.phase.saga) {
        draft.phase = draft.phase.saga;
        for (const name of draft.phase.order) {
          // A fresh budget of attempts for what had given up.
          if (draft.steps[name]?.undo?.status === 'failed') setUndo(draft, name, { status: 'retrying', failures: 0, due_at: event.at });
        }
      }
      return draft;
    case 'admission.queued':
      draft.admission = event.data;
      return draft;
    case 'admission.granted':
      draft.admission = { reason: 'granted' };
      if (event.data.deadline !== undefined) draft.facts = { ...draft.facts, deadline: event.data.deadline };
      return draft;
    case 'admission.refused': {
      const { reason: because, by_execution } = event.data;
      draft.admission = { reason: 'refused', because, ...(by_execution === undefined ? {} : { by_execution }) };
      return draft;
    }
    case 'dead_letter.recorded':
      draft.dead_letter = { status: 'waiting', recorded_at: event.at, ...event.data };
      return draft;
    case 'dead_letter.replayed':
      closeDeadLetter(draft, 'replayed', event.at, event.data.by, event.data.execution_id);
      return draft;
    case 'dead_letter.discarded':
      closeDeadLetter(draft, 'discarded', event.at, event.data.by);
      return draft;
    case 'key.released':
      draft.facts = { ...draft.facts, idempotency_expires_at: event.at };
      return draft;
    case 'circuit.refused':
      return draft;
    case 'block.opened':
      openBlock(draft, event.data);
      end(draft, event.data.step_name, 'run');
      return draft;
    case 'strand.started':
      startStrand(draft, event.data);
      end(draft, event.data.step_name, 'run');
      return draft;
    case 'strand.ended':
      endStrand(draft, event.data);
      return draft;
    case 'block.stopping':
      stopBlock(draft, event.data);
      return draft;
    default: {
      const never: never = event;
      return never;
    }
  }
}

function isPending(state: ExecutionState): state is Extract<ExecutionState, { seq: 0 }> {
  return state.phase.kind === 'pending';
}

function closeDeadLetter(draft: StartedState, status: DeadLetter['status'], closed_at: number, closed_by: string, replayed_as?: string): void {
  if (draft.dead_letter) draft.dead_letter = withoutUndefined({ ...draft.dead_letter, status, closed_at, closed_by, replayed_as });
}

/** How many ids of signals are known again when one is sent a second time. */
const SIGNALS_REMEMBERED = 500;

/** After a pause. The time it took counts for no deadline. */
function goOn(draft: StartedState, now: number): void {
  if (!draft.paused) return;
  const { deadline } = draft.facts;
  const stood = now - draft.paused.at;
  if (deadline !== undefined) draft.facts = { ...draft.facts, deadline: deadline + stood };
  for (const name in draft.blocks) if (draft.blocks[name]!.deadline !== undefined) ownBlock(draft, name)!.deadline! += stood;
  delete draft.paused;
}

/** Onto another version: what stands elsewhere there is found there from now on. */
function migrate(draft: StartedState, { to, indexes = {}, moved = {}, positions = {} }: EventData['execution.migrated']): void {
  draft.facts = { ...draft.facts, ...to };
  for (const name in indexes) setStep(draft, name, { index: indexes[name]! });
  for (const { name, index, strand } of Object.values(draft.steps)) {
    if (strand !== undefined && moved[index] !== undefined) setStep(draft, name, { index: moved[index] });
  }
  for (const path in positions) {
    const strand = ownStrand(draft, path);
    if (strand) strand.position = positions[path]!;
  }
  const held = draft.paused?.breakpoint;
  const there = held && strandOf(draft, held.step) !== ROOT ? moved[held.step_index] : undefined;
  if (held && there !== undefined) draft.paused = { ...draft.paused!, breakpoint: { ...held, step_index: there } };
}

function passed(draft: StartedState, step: string): void {
  if (draft.pass?.step === step) delete draft.pass;
}

function begin(draft: StartedState, attempt: Attempt): void {
  own(draft, 'active')[attemptId(attempt.step, attempt.phase)] = attempt;
}

function end(draft: StartedState, step: string, phase: 'run' | 'compensate'): void {
  drop(draft, 'active', attemptId(step, phase));
}

function complete(draft: StartedState, name: string, seq: number, next?: number): void {
  const step = draft.steps[name];
  const completed = strandFor(draft, name)?.completed;
  if (!step || !completed) return;
  // Only one that has run before can stand there: the search is for loops, not for long pipelines.
  const before = step.runs > 1 ? completed.indexOf(name) : -1;
  if (before >= 0) completed.splice(before, 1);
  completed.push(name);
  own(draft, 'steps')[name] = { ...step, completed_seq: seq };
  move(draft, name, next ?? step.index + 1);
}

/** The strand of a step stands at this node, before it or inside of it. */
function move(draft: StartedState, name: string, position: number, inside = false): void {
  const path = strandOf(draft, name);
  const strand = ownStrand(draft, path);
  if (!strand) return;
  if (inside) {
    strand.position = position;
    strand.inside = name;
  } else if (strand.inside === undefined) strand.position = position;
  else {
    const { inside: _, ...before } = strand;
    putStrand(draft, path, { ...before, position });
  }
}

function count(draft: StartedState, name: string): void {
  const strand = strandFor(draft, name);
  if (!strand) return;
  strand.runs++;
  if (draft.steps[name]?.runs === 1) strand.steps.push(name);
}

function strandFor(draft: StartedState, name: string): Strand | undefined {
  return ownStrand(draft, strandOf(draft, name));
}

/** What a step says of where it runs. */
function strandField(draft: StartedState, name: string): Pick<StepState, 'strand'> {
  const strand = strandOf(draft, name);
  return strand === ROOT ? {} : { strand };
}

function setStep(draft: StartedState, name: string, change: Partial<StepState>): void {
  const step = draft.steps[name];
  if (step) own(draft, 'steps')[name] = changed(step, change);
}

function setUndo(draft: StartedState, name: string, change: Partial<UndoState>): void {
  const step = draft.steps[name];
  if (!step) return;
  const undo: UndoState = step.undo ?? { type: '', status: 'running', attempts: 0, failures: 0 };
  own(draft, 'steps')[name] = { ...step, undo: changed(undo, change) };
}

/** A copy with these fields, `undefined` for those that go. Nothing is deleted: the runtime is slow with objects that have lost a field. */
function changed<T extends object>(value: T, change: Partial<T>): T {
  const next = {} as T;
  for (const key in value) {
    const field = key in change ? change[key]! : value[key];
    if (field !== undefined) next[key] = field;
  }
  for (const key in change) if (!(key in value) && change[key] !== undefined) next[key] = change[key]!;
  return next;
}

/** `undefined` is not JSON: a state that has been through text must equal one that has not. */
function withoutUndefined<T extends object>(value: T): T {
  for (const key in value) if (value[key] === undefined) delete value[key];
  return value;
}
