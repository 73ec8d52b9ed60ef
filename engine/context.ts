/** What a step can see, taken from the state: the parts from which `language` builds the context of `dialect.md`. */
import type { Stored } from '#contracts/events';
import type { Json, JsonObject } from '#contracts/json';
import type { StartedState } from '#engine/state';
import { ROOT } from '#engine/strands';

export interface ContextParts {
  trigger: Json;
  triggerType: string;
  /** In the order of completion. */
  steps: { name: string; output: Json; response?: JsonObject }[];
  meta: JsonObject;
}

export function contextParts(state: StartedState, now: number, strand = ROOT): ContextParts {
  const { facts } = state;
  const steps: ContextParts['steps'] = [];
  for (const name in state.steps) {
    const step = state.steps[name]!;
    // `on_error: continue` leaves a failed step whose output says so.
    if (step.status === 'failed' && step.output) steps.push({ name, output: storedValue(step.output) });
  }
  for (const name of state.strands[strand]?.completed ?? []) {
    const step = state.steps[name];
    if (step?.output) steps.push({ name, output: storedValue(step.output), ...(step.response ? { response: step.response } : {}) });
  }
  return {
    trigger: storedValue(facts.trigger_data),
    triggerType: facts.trigger,
    steps,
    meta: {
      execution_id: facts.execution_id,
      tenant: facts.tenant_id,
      workflow: facts.workflow,
      version: facts.version,
      environment: facts.environment,
      pipeline: facts.pipeline,
      region: facts.region,
      trace_id: facts.trace_id,
      started_at: new Date(state.started_at).toISOString(),
      now: new Date(now).toISOString(),
      attempt: 1,
      ...(facts.idempotency_key === undefined ? {} : { idempotency_key: facts.idempotency_key }),
    },
  };
}

/** The value itself. A reference is filled in by whoever reads the log before the fold; one that is left is a defect. */
export function storedValue(stored: Stored): Json {
  if ('value' in stored) return stored.value;
  throw new Error(`payload ${stored.ref.sha256} was not loaded`);
}
