/** The one line of an execution, and of its dead letter, that lists show: what the projector writes to the regional index. */
import type { DeadLetterFacts, ExecutionSummary, PausedView, ProjectionMessage, QueueFacts } from '#contracts/execution';
import type { ExecutionNow, WaitingFor } from '#contracts/execution-rpc';
import { type Measure, packMeasure } from '#contracts/metrics';
import { storedValue } from '#engine/context';
import { bounded } from '#engine/metrics/bounded';
import type { Pause, StartedState, StepState } from '#engine/state';
import { awaitsAdmission, currentStep, hasEnded, isQueued, statusOf } from '#engine/status';

export function summarize(state: StartedState): ExecutionSummary {
  const { facts, phase } = state;
  const ended = 'at' in phase ? phase.at : undefined;
  const step = currentStep(state);
  const error = errorOf(state);
  const queue = queueFacts(state);
  return {
    execution_id: facts.execution_id,
    workflow: facts.workflow,
    workflow_id: facts.workflow_id,
    version: facts.version,
    environment: facts.environment,
    pipeline: facts.pipeline,
    tenant: facts.tenant_id,
    status: statusOf(state),
    trigger: facts.trigger,
    ...(facts.attributes ? { attributes: facts.attributes } : {}),
    ...keyFacts(state),
    started_at: new Date(state.started_at).toISOString(),
    ...(ended === undefined ? {} : { completed_at: new Date(ended).toISOString(), duration_ms: ended - state.started_at }),
    ...(step === undefined ? {} : { current_step: step }),
    ...(error ? { error } : {}),
    ...(queue ? { queue } : {}),
  };
}

function keyFacts({ facts: { idempotency_key, idempotency_expires_at } }: StartedState): Pick<ExecutionSummary, 'idempotency_key' | 'idempotency_expires_at'> {
  if (idempotency_key === undefined || idempotency_expires_at === undefined) return {};
  return { idempotency_key, idempotency_expires_at: new Date(idempotency_expires_at).toISOString() };
}

/** Where it stands at its gate, while it has not begun. */
export function queueFacts(state: StartedState): QueueFacts | undefined {
  const { facts, admission } = state;
  if (!awaitsAdmission(state)) return undefined;
  const key = facts.admission?.key;
  const waits = isQueued(admission) ? admission : undefined;
  const quota = waits?.reason === 'quota' ? facts.admission?.quota : undefined;
  return {
    reason: waits?.reason ?? 'asking',
    ...(key === undefined ? {} : { key }),
    ...(waits?.position === undefined ? {} : { position: waits.position }),
    ...(quota ? { of: quota.bound.name } : {}),
    ...(waits?.until === undefined ? {} : { until: new Date(waits.until).toISOString() }),
  };
}

/** What the index is handed: the line of the execution, of the dead letter that it left, and what it took. */
export function projectionOf(state: StartedState, measure?: Measure): ProjectionMessage {
  const letter = deadLetterFacts(state);
  return {
    kind: 'execution',
    seq: state.seq,
    summary: summarize(state),
    ...(letter ? { dead_letter: letter } : {}),
    ...(measure ? { measure: packMeasure(bounded(measure)) } : {}),
  };
}

export function deadLetterFacts(state: StartedState): DeadLetterFacts | undefined {
  const { dead_letter } = state;
  if (!dead_letter) return undefined;
  const { status, recorded_at, expires_at, attempts, replayable, alert_threshold, replayed_as, closed_at, closed_by } = dead_letter;
  const step = currentStep(state);
  return {
    status,
    failed_at: new Date(recorded_at).toISOString(),
    expires_at: new Date(expires_at).toISOString(),
    ...(step === undefined ? {} : { step }),
    attempts,
    error: errorOf(state) ?? { code: 'execution_failed', message: '' },
    replayable,
    ...(alert_threshold === undefined ? {} : { alert_threshold }),
    ...(replayed_as === undefined ? {} : { replayed_as }),
    ...(closed_at === undefined ? {} : { closed_at: new Date(closed_at).toISOString() }),
    ...(closed_by === undefined ? {} : { closed_by }),
  };
}

/** Cut to what a list can show; the whole error is in the log. */
function errorOf(state: StartedState): { code: string; message: string } | undefined {
  const { phase } = state;
  const error = phase.kind === 'failed' || phase.kind === 'compensating' ? phase.error : phase.kind === 'compensated' ? phase.saga.error : undefined;
  return error && { code: error.code, message: error.message.slice(0, 300) };
}

/** The summary, with what the execution stands at now: for whoever asks for this one. */
export function describe(state: StartedState): ExecutionNow {
  const waits = hasEnded(state) || state.phase.kind !== 'running' ? [] : Object.values(state.steps).filter(isHeldUp).map(waitOf);
  const { paused } = state;
  return { ...summarize(state), ...(waits.length > 0 ? { waiting_for: waits } : {}), ...(paused ? { paused: pausedView(paused) } : {}) };
}

function isHeldUp(step: StepState): boolean {
  return step.status === 'retrying' || (step.status === 'waiting' && !step.mock);
}

function waitOf(step: StepState): WaitingFor {
  const { name, wait, due_at, input } = step;
  return {
    step: name,
    kind: step.status === 'retrying' ? 'retry' : (wait?.kind ?? 'time'),
    ...(due_at === undefined ? {} : { until: new Date(due_at).toISOString() }),
    ...(wait ? { event: wait.kind === 'approval' ? name : wait.event } : {}),
    ...(wait?.correlation ? { correlation: wait.correlation } : {}),
    ...(wait && input ? { input: storedValue(input) } : {}),
  };
}

function pausedView({ at, by, reason, breakpoint }: Pause): PausedView {
  return {
    since: new Date(at).toISOString(),
    by,
    ...(reason === undefined ? {} : { reason }),
    ...(breakpoint
      ? {
          breakpoint: {
            id: breakpoint.id,
            step: breakpoint.step,
            ...(breakpoint.condition === undefined ? {} : { condition: breakpoint.condition }),
            ...(breakpoint.input ? { input: storedValue(breakpoint.input) } : {}),
          },
        }
      : {}),
  };
}
