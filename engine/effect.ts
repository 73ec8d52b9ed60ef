/** An attempt as an effect: everything that has to go out, from the state alone. */
import type { BreakerOrder, BreakerPolicy } from '#contracts/breaker';
import type { Definition, Pipeline } from '#contracts/definition';
import type { Activity } from '#contracts/graph';
import { LIMITS } from '#contracts/limits';
import type { PerformEffect } from '#contracts/step';
import { storedValue } from '#engine/context';
import type { StartedState, StepState } from '#engine/state';

/** The activity that an attempt of a step runs: its forward side or its undoing. */
export function activityOf(state: StartedState, definition: Definition, step: string, phase: 'run' | 'compensate'): Activity | undefined {
  const known = state.steps[step];
  const node = known && definition.pipelines[state.facts.pipeline]?.nodes[known.index];
  if (node?.kind !== 'activity') return undefined;
  return phase === 'run' ? node : node.compensate;
}

/** The effect of an attempt under way, from the state alone: what a queue consumer of a detached step asks for. */
export function effectOf(state: StartedState, pipeline: Pipeline, activity: Activity, name: string, phase: 'run' | 'compensate'): PerformEffect {
  const { facts } = state;
  const step = state.steps[name]!;
  const side = phase === 'run' ? step : step.undo!;
  return {
    kind: 'perform',
    tenant: facts.tenant_id,
    workflow: facts.workflow,
    environment: facts.environment,
    pipeline: pipeline.name,
    execution_id: facts.execution_id,
    definition: facts.definition,
    step: name,
    phase,
    run: step.runs,
    attempt: side.attempts,
    type: activity.type,
    input: side.input ? storedValue(side.input) : null,
    secrets: side.secrets ?? [],
    timeout_ms: activity.timeout_ms,
    ...(activity.breaker ? { breaker: orderOf(activity.breaker) } : {}),
    idempotency_key: side.idempotency_key ?? `${facts.execution_id}:${name}`,
    dedupe: activity.idempotent,
    ...(phase === 'compensate' ? undone(state, pipeline, step) : {}),
    dedupe_ttl_ms: pipeline.idempotency?.ttl_ms ?? LIMITS.idempotencyTtlMs,
    detached: activity.detached,
    trace_id: facts.trace_id,
    caller: { workflow_id: facts.workflow_id, version: facts.version, depth: facts.parent?.depth ?? 0 },
  };
}

/** A static fallback is filled in by the engine, so it does not go along. */
function orderOf({ fallback, ...order }: BreakerPolicy): BreakerOrder {
  return { ...order, ...(fallback?.type === 'cached' ? { cached_ms: fallback.max_age_ms } : {}) };
}

/** What a compensation makes void: the stored result of a deduplicated step, of this execution or of the one it was taken from. */
function undone(state: StartedState, pipeline: Pipeline, step: StepState): Pick<PerformEffect, 'undoes'> {
  const node = pipeline.nodes[step.index];
  if (node?.kind !== 'activity' || !node.idempotent || step.idempotency_key === undefined) return {};
  const from = step.response?.reused_from;
  return { undoes: { key: step.idempotency_key, by: typeof from === 'string' ? from : state.facts.execution_id } };
}
