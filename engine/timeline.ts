/**
 * The timeline: a fold of the log for people. Shape of `vision.txt` 3d; see `contracts/execution.ts`.
 *
 * Invariants
 * 1. Needs the events alone; `pipeline`, where given, adds the steps that are still to come.
 * 2. One pass; a timeline of 1,000 events takes a few milliseconds.
 */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent, Parent, Stored } from '#contracts/events';
import { FINAL_STATUSES, type Timeline, type TimelineStep } from '#contracts/execution';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { Fold } from '#engine/evolve';
import type { StartedState } from '#engine/state';
import { statusOf } from '#engine/status';
import { deadLetterFacts, queueFacts } from '#engine/summary';
import { TimelineFold } from '#engine/timeline/fold';
import { shown } from '#engine/timeline/shown';

export function buildTimeline(log: Iterable<LogEvent>, pipeline?: Pipeline): Timeline | null {
  let fold: TimelineFold | undefined;
  const state = new Fold();
  for (const event of log) {
    state.take(event);
    if (fold) fold.take(event);
    else if (event.type === 'execution.started') fold = new TimelineFold(event);
    else return null;
  }
  return fold ? timelineOf(fold, state.state as StartedState, pipeline) : null;
}

/** `state`: as the same events fold to. */
export function timelineOf(fold: TimelineFold, state: StartedState, pipeline?: Pipeline): Timeline {
  const { facts, startedAt } = fold;
  const status = statusOf(state);
  const steps = fold.steps().map(withoutPlainLog);
  if (pipeline && !FINAL_STATUSES.includes(status)) {
    for (const node of pipeline.nodes.slice(0, pipeline.main)) {
      if (!fold.has(node.name)) steps.push({ name: node.name, type: node.type, index: node.index, status: 'pending', attempts: 0 });
    }
  }
  const { completed_at, duration_ms, error, saga, paused, migrations } = fold.whole();
  return {
    execution_id: facts.execution_id,
    workflow: facts.workflow,
    workflow_id: facts.workflow_id,
    version: state.facts.version,
    definition: state.facts.definition,
    environment: facts.environment,
    region: facts.region,
    pipeline: facts.pipeline,
    tenant: facts.tenant_id,
    status,
    started_at: new Date(startedAt).toISOString(),
    ...(completed_at === undefined ? {} : { completed_at, duration_ms }),
    trigger: triggerOf(facts.trigger, facts.trigger_data, facts.execution_id),
    steps,
    ...(error ? { error } : {}),
    ...(saga ? { saga } : {}),
    ...(paused && status === 'paused' ? { paused } : {}),
    ...beforeAndAfter(state),
    ...(migrations ? { migrations } : {}),
    ...(state.continued_as === undefined ? {} : { continued_as: state.continued_as }),
    metadata: {
      ...facts.attributes,
      idempotency_key: facts.idempotency_key ?? null,
      trace_id: facts.trace_id,
      ...(facts.by === undefined ? {} : { by: facts.by }),
      ...(facts.deadline === undefined ? {} : { deadline: new Date(facts.deadline).toISOString() }),
      ...(facts.parent ? { parent: parentFacts(facts.parent) } : {}),
      ...facts.tags,
    },
    last_seq: fold.seq,
  };
}

/** One attempt that nothing broke off is told by the step itself. */
function withoutPlainLog(step: TimelineStep): TimelineStep {
  if ((step.attempt_log?.length ?? 0) >= 2 || step.attempt_log?.[0]?.status === 'interrupted') return step;
  const { attempt_log: _, ...rest } = step;
  return rest;
}

function parentFacts({ execution_id, step_name, continues }: Parent): JsonObject {
  return { execution_id, step_name, ...(continues ? { continues } : {}) };
}

/** What happened at its gate before the first step, who asked to cancel it, and what its failure left behind. */
function beforeAndAfter(state: StartedState): Pick<Timeline, 'queue' | 'refused' | 'dead_letter' | 'cancelled'> {
  const queue = queueFacts(state);
  const letter = deadLetterFacts(state);
  const { admission } = state;
  const cancelled = cancelledBy(state);
  return {
    ...(queue ? { queue } : {}),
    ...(admission?.reason === 'refused' ? { refused: { reason: admission.because, by: admission.by_execution } } : {}),
    ...(letter ? { dead_letter: letter } : {}),
    ...(cancelled ? { cancelled } : {}),
  };
}

/** Asked for, or ended at a breakpoint without being asked; what a gate has refused was never begun. */
function cancelledBy({ cancel, phase, admission }: StartedState): Timeline['cancelled'] {
  if (cancel) return cancel;
  return phase.kind === 'cancelled' && admission?.reason !== 'refused' ? { by: phase.by, reason: phase.reason } : undefined;
}

/** `{type, …}` of the trigger: method and path for HTTP, the data for all others. */
function triggerOf(type: string, data: Stored, executionId: string): JsonObject {
  const value = shown(data, executionId);
  return type === 'http' && isJsonObject(value) ? { type, ...value } : { type, data: value };
}
