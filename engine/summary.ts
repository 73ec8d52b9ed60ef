/** The one line of an execution that lists show: what the projector writes to the regional index. */
import type { ExecutionSummary } from '#contracts/execution';
import { currentStep, type StartedState, statusOf } from '#engine/state';

export function summarize(state: StartedState): ExecutionSummary {
  const { facts, phase } = state;
  const ended = 'at' in phase ? phase.at : undefined;
  const step = currentStep(state);
  const error = errorOf(state);
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
    started_at: new Date(state.started_at).toISOString(),
    ...(ended === undefined ? {} : { completed_at: new Date(ended).toISOString(), duration_ms: ended - state.started_at }),
    ...(step === undefined ? {} : { current_step: step }),
    ...(error ? { error } : {}),
  };
}

/** Cut to what a list can show; the whole error is in the log. */
function errorOf(state: StartedState): { code: string; message: string } | undefined {
  const { phase } = state;
  const error = phase.kind === 'failed' || phase.kind === 'compensating' ? phase.error : phase.kind === 'compensated' ? phase.saga.error : undefined;
  return error && { code: error.code, message: error.message.slice(0, 300) };
}
