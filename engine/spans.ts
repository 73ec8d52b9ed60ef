/**
 * An execution as spans of its W3C trace: one for the whole, one for each step, one for what was undone.
 *
 * Invariants
 * 1. The same log gives the same ids, so that what is sent twice is the same span to whoever keeps it.
 * 2. The span of a step that called somebody has the id that went out with the call: what the other side recorded hangs below it.
 * 3. No input, output or header is in a span; what failed says its code and message, as lists do.
 */
import type { LogEvent } from '#contracts/events';
import type { TimelineStep } from '#contracts/execution';
import { TimelineFold } from '#engine/timeline/fold';

export interface Span {
  trace_id: string;
  /** 16 hexadecimal digits. */
  span_id: string;
  parent_span_id?: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'consumer';
  /** Epoch ms. */
  start: number;
  end: number;
  attributes: { [name: string]: string | number | boolean };
  /** Absent: it went well. */
  error?: string;
  events: { name: string; at: number; attributes: { [name: string]: string | number } }[];
}

/** The log from its first event on; `[]` for what has not begun. */
export function spansOf(events: Iterable<LogEvent>): Span[] {
  const fold = folded(events);
  if (!fold) return [];
  const { facts, startedAt } = fold;
  const whole = fold.whole();
  const end = startedAt + (whole.duration_ms ?? 0);
  const { execution_id, trace_id } = facts;
  const root: Span = {
    trace_id,
    span_id: idOf(execution_id),
    ...(facts.parent_span_id === undefined ? {} : { parent_span_id: facts.parent_span_id }),
    name: `${facts.workflow}/${facts.pipeline}`,
    kind: facts.trigger === 'http' || facts.trigger === 'webhook' ? 'server' : facts.trigger === 'event' ? 'consumer' : 'internal',
    start: startedAt,
    end,
    attributes: {
      'workflow.execution_id': execution_id,
      'workflow.name': facts.workflow,
      'workflow.pipeline': facts.pipeline,
      'workflow.version': facts.version,
      'workflow.environment': facts.environment,
      'workflow.tenant': facts.tenant_id,
      'workflow.region': facts.region,
      'workflow.trigger': facts.trigger,
    },
    ...(whole.error ? { error: `${whole.error.code}: ${whole.error.message}` } : {}),
    events: [],
  };
  const steps = fold.steps();
  const ids = new Map(steps.map((step) => [step.name, step.span_id ?? idOf(`${execution_id}/${step.name}`)]));
  const below = { trace_id, execution_id, root: root.span_id, ids, end };
  return [root, ...steps.flatMap((step) => stepSpans(step, below))];
}

interface Below {
  trace_id: string;
  execution_id: string;
  root: string;
  ids: ReadonlyMap<string, string>;
  /** Of the execution. */
  end: number;
}

function stepSpans(step: TimelineStep, { trace_id, execution_id, root, ids, end }: Below): Span[] {
  // A step that was passed over took no time.
  if (step.started_at === undefined) return [];
  const start = Date.parse(step.started_at);
  const own: Span = {
    trace_id,
    span_id: ids.get(step.name)!,
    parent_span_id: (step.parent === undefined ? undefined : ids.get(step.parent)) ?? root,
    name: step.name,
    kind: step.span_id === undefined ? 'internal' : 'client',
    start,
    end: step.duration_ms === undefined ? Math.max(start, end) : start + step.duration_ms,
    attributes: {
      'workflow.execution_id': execution_id,
      'workflow.step': step.name,
      'workflow.step_type': step.type,
      'workflow.step_status': step.status,
      'workflow.attempts': step.attempts,
    },
    ...(step.error ? { error: `${step.error.code}: ${step.error.message}` } : {}),
    events: (step.attempt_log ?? []).map((attempt) => ({
      name: 'attempt',
      at: Date.parse(attempt.started_at),
      attributes: {
        'workflow.attempt': attempt.attempt,
        'workflow.attempt_status': attempt.status,
        ...(attempt.error ? { 'error.type': attempt.error.code } : {}),
      },
    })),
  };
  const { compensation } = step;
  if (compensation?.started_at === undefined) return [own];
  const undone = Date.parse(compensation.started_at);
  const undo: Span = {
    trace_id,
    span_id: idOf(`${execution_id}/${step.name}/undo`),
    parent_span_id: root,
    name: `undo ${step.name}`,
    kind: 'internal',
    start: undone,
    end: undone + (compensation.duration_ms ?? 0),
    attributes: {
      'workflow.execution_id': execution_id,
      'workflow.step': step.name,
      'workflow.step_type': compensation.type,
      'workflow.attempts': compensation.attempts,
    },
    ...(compensation.error ? { error: `${compensation.error.code}: ${compensation.error.message}` } : {}),
    events: [],
  };
  return [own, undo];
}

function folded(events: Iterable<LogEvent>): TimelineFold | undefined {
  let fold: TimelineFold | undefined;
  for (const event of events) {
    if (fold) fold.take(event);
    else if (event.type === 'execution.started') fold = new TimelineFold(event, () => false);
    else return undefined;
  }
  return fold;
}

/** 64 bits of FNV-1a; all zeros would be no id. */
function idOf(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < name.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n);
  return (hash === 0n ? 1n : hash).toString(16).padStart(16, '0');
}

/** Whether a trace is among those that are sent: by its id, so that all of its executions are, or none. */
export function isSampled(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-8), 16) < share * 2 ** 32;
}
