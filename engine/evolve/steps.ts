/** The events of a step's run, folded: how it begins, waits, is tried again and ends. */
import type { EventData } from '#contracts/events';
import type { StepStatus } from '#contracts/execution';
import { own } from '#engine/draft';
import { closeBlock } from '#engine/evolve/blocks';
import { complete, count, move, passed, strandField } from '#engine/evolve/places';
import { beginAttempt, endAttempt, setStep, setUndo, withoutUndefined } from '#engine/evolve/records';
import type { StartedState } from '#engine/state';

/** Statuses of a step that has begun and is not at its end. */
const UNDER_WAY: readonly StepStatus[] = ['running', 'waiting', 'retrying'];

export function startStep(draft: StartedState, data: EventData['step.started'], at: number): void {
  const { step_name, step_type, step_index, attempt, idempotency_key } = data;
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
      started_at: at,
      ...(idempotency_key === undefined ? {} : { idempotency_key }),
    };
    count(draft, step_name);
  }
  move(draft, step_name, step_index, true);
  passed(draft, step_name);
  beginAttempt(draft, { step: step_name, phase: 'run', attempt, started_at: at });
}

export function recordInput(draft: StartedState, { step_name, input, secrets }: EventData['step.input_recorded']): void {
  setStep(draft, step_name, { input, secrets });
}

export function recordOutput(draft: StartedState, { step_name, output, response }: EventData['step.output_recorded']): void {
  setStep(draft, step_name, { output, response });
}

export function completeStep(draft: StartedState, { step_name, next_index, continued_as }: EventData['step.completed'], seq: number): void {
  setStep(draft, step_name, {
    status: 'completed',
    input: undefined,
    secrets: undefined,
    due_at: undefined,
    wait: undefined,
    mock: undefined,
    error: undefined,
  });
  endAttempt(draft, step_name, 'run');
  complete(draft, step_name, seq, next_index);
  if (continued_as !== undefined) draft.continued_as = continued_as;
  closeBlock(draft, step_name);
}

export function failStep(draft: StartedState, { step_name, error, final }: EventData['step.failed']): void {
  const known = draft.steps[step_name];
  setStep(draft, step_name, {
    status: 'failed',
    error,
    failures: (known?.failures ?? 0) + 1,
    due_at: undefined,
    wait: undefined,
    mock: undefined,
    ...(final ? { input: undefined, secrets: undefined } : {}),
  });
  endAttempt(draft, step_name, 'run');
  // Where the run goes on in spite of the failure, the next step.started moves on; a fold needs the place too.
  if (!final || !known) return;
  move(draft, known.name, known.index + 1);
  closeBlock(draft, known.name);
}

export function skipStep(draft: StartedState, data: EventData['step.skipped'], at: number, seq: number): void {
  const { step_name, step_type, step_index, error } = data;
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
    started_at: attempted ? known.started_at : at,
    ...(error ? { error, output: { value: { _error: error.message, _skipped: true } } } : {}),
  };
  if (error) complete(draft, step_name, seq);
  else if (!attempted) count(draft, step_name);
  passed(draft, step_name);
  endAttempt(draft, step_name, 'run');
  move(draft, step_name, step_index + 1);
  closeBlock(draft, step_name);
}

export function routeStep(draft: StartedState, data: EventData['conditional.routed'], at: number, seq: number): void {
  const { step_name, step_type, step_index, value, route, target_index } = data;
  own(draft, 'steps')[step_name] = {
    name: step_name,
    type: step_type,
    index: step_index,
    status: 'completed',
    attempts: 1,
    failures: 0,
    ...strandField(draft, step_name),
    runs: (draft.steps[step_name]?.runs ?? 0) + 1,
    started_at: at,
    output: { value: { value, route } },
    routed: true,
  };
  complete(draft, step_name, seq);
  passed(draft, step_name);
  count(draft, step_name);
  move(draft, step_name, target_index);
}

export function setTimer(draft: StartedState, { step_name, due_at, output }: EventData['timer.scheduled']): void {
  setStep(draft, step_name, { status: 'waiting', due_at, output });
  endAttempt(draft, step_name, 'run');
}

export function startWait(draft: StartedState, { step_name, kind, event: name, correlation, due_at }: EventData['wait.started']): void {
  setStep(draft, step_name, { status: 'waiting', due_at, wait: withoutUndefined({ kind, event: name, correlation }) });
  if (kind === 'call') own(draft, 'calls')[name] = step_name;
  endAttempt(draft, step_name, 'run');
}

export function mockStep(draft: StartedState, { step_name, mock_id, due_at, output, error }: EventData['step.mocked'], at: number): void {
  draft.mocked = { ...draft.mocked, [step_name]: (draft.mocked?.[step_name] ?? 0) + 1 };
  setStep(draft, step_name, { status: 'waiting', due_at: due_at ?? at, mock: withoutUndefined({ mock_id, output, error }) });
  endAttempt(draft, step_name, 'run');
}

/** Of its run, or of its undoing. */
export function retryStep(draft: StartedState, { step_name, phase, due_at, reason }: EventData['retry.attempted']): void {
  if (phase === 'run') setStep(draft, step_name, { status: 'retrying', due_at });
  else setUndo(draft, step_name, { status: 'retrying', due_at });
  if (reason === 'interrupted') endAttempt(draft, step_name, phase);
}
