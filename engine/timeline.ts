/**
 * The timeline: a fold of the log for people. Shape of `vision.txt` 3d; see `contracts/execution.ts`.
 *
 * Invariants
 * 1. Needs the events alone; `pipeline`, where given, adds the steps that are still to come.
 * 2. One pass; a timeline of 1,000 events takes a few milliseconds.
 */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent, Parent, Stored } from '#contracts/events';
import { FINAL_STATUSES, type PayloadLink, type Timeline, type TimelineAttempt, type TimelineStep } from '#contracts/execution';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Fold } from '#engine/evolve';
import { type StartedState, statusOf } from '#engine/state';
import { deadLetterFacts, queueFacts } from '#engine/summary';
import { BlockRows } from '#engine/timeline-blocks';

export function buildTimeline(log: Iterable<LogEvent>, pipeline?: Pipeline): Timeline | null {
  const events = log[Symbol.iterator]();
  const first = events.next().value as LogEvent | undefined;
  if (first?.type !== 'execution.started') return null;
  const state = new Fold();
  state.take(first);
  const facts = first.data;
  const startedAt = first.at;
  const steps = new Map<string, TimelineStep>();
  const startOf = new Map<string, number>();
  const blocks = new BlockRows();
  const migrations: NonNullable<Timeline['migrations']> = [];
  let saga: Timeline['saga'];
  let error: Timeline['error'];
  /** Why undoing began. */
  let cause: Timeline['error'];
  let endedAt: number | undefined;
  const ranAs = facts.tags?.imported_from ?? facts.execution_id;
  let paused: Timeline['paused'];
  const show = (stored: Stored) => shown(stored, facts.execution_id);

  const entry = (name: string, type: string, index: number, at: number): TimelineStep => {
    const step: TimelineStep = { name, type, index, ...blocks.placeOf(name), status: 'running', started_at: iso(at), offset_ms: at - startedAt, attempts: 0 };
    startOf.set(name, at);
    // A step that runs again (a jump back) takes its new place.
    steps.delete(name);
    steps.set(name, step);
    return step;
  };
  const closeAttempt = (step: TimelineStep, at: number, change: Partial<TimelineAttempt>) => {
    const last = step.attempt_log?.at(-1);
    if (last?.status === 'running') Object.assign(last, { duration_ms: at - Date.parse(last.started_at) }, change);
  };
  const closeStep = (step: TimelineStep, at: number) => {
    step.duration_ms = at - (startOf.get(step.name) ?? at);
    step.waiting_until = undefined;
    step.waiting_for = undefined;
  };

  for (let next = events.next(); !next.done; next = events.next()) {
    const event = next.value;
    state.take(event);
    switch (event.type) {
      case 'step.started': {
        const { step_name, step_type, step_index, attempt, idempotency_key } = event.data;
        const known = steps.get(step_name);
        const step = attempt > 1 && known ? known : entry(step_name, step_type, step_index, event.at);
        step.status = 'running';
        step.attempts = attempt;
        step.waiting_until = undefined;
        step.attempt_log ??= [];
        step.attempt_log.push({ attempt, started_at: iso(event.at), status: 'running' });
        if (idempotency_key !== undefined) {
          step.idempotency_key = idempotency_key;
          // A key of the platform's own making begins with the id that the execution ran under.
          if (!idempotency_key.startsWith(`${ranAs}:`)) step.idempotent = true;
        }
        break;
      }
      case 'step.input_recorded': {
        const step = steps.get(event.data.step_name);
        if (step) step.input = withKey(show(event.data.input), step);
        break;
      }
      case 'step.output_recorded': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        step.output = show(event.data.output);
        if (event.data.response) takeResponse(step, event.data.response, facts.trace_id);
        break;
      }
      case 'step.completed': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        step.status = 'completed';
        step.attempts = event.data.attempts;
        step.error = undefined;
        closeAttempt(step, event.at, { status: 'completed' });
        closeStep(step, event.at);
        break;
      }
      case 'step.failed': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        step.status = event.data.final ? 'failed' : 'retrying';
        step.error = event.data.error;
        step.attempts = event.data.attempts;
        closeAttempt(step, event.at, { status: 'failed', error: event.data.error });
        if (event.data.final) closeStep(step, event.at);
        break;
      }
      case 'step.skipped': {
        const { step_name, step_type, step_index, reason } = event.data;
        const known = steps.get(step_name);
        const went = known && (event.data.error || known.status === 'waiting' || known.status === 'retrying' || known.status === 'running');
        const step = went ? known : entry(step_name, step_type, step_index, event.at);
        step.status = 'skipped';
        step.reason = reason;
        if (event.data.error) {
          step.error = event.data.error;
          step.output = { _error: event.data.error.message, _skipped: true };
        }
        closeStep(step, event.at);
        break;
      }
      case 'conditional.routed': {
        const { step_name, step_type, step_index, value, route, target } = event.data;
        const step = entry(step_name, step_type, step_index, event.at);
        Object.assign(step, { status: 'completed', attempts: 1, duration_ms: 0, route: { value, route, target }, output: { value, route, target } });
        break;
      }
      case 'timer.scheduled': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        step.status = 'waiting';
        step.waiting_until = iso(event.data.due_at);
        closeAttempt(step, event.at, { status: 'completed' });
        break;
      }
      case 'wait.started': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        const { kind, event: name, correlation, due_at } = event.data;
        step.status = 'waiting';
        step.waiting_for = { kind, event: name, ...(correlation ? { correlation } : {}) };
        if (due_at !== undefined) step.waiting_until = iso(due_at);
        closeAttempt(step, event.at, { status: 'completed' });
        break;
      }
      case 'step.mocked': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        step.status = 'waiting';
        step.mocked = { by: event.data.by, ...(event.data.mock_id === undefined ? {} : { mock_id: event.data.mock_id }) };
        if (event.data.due_at !== undefined) step.waiting_until = iso(event.data.due_at);
        break;
      }
      case 'execution.paused':
        paused = { since: iso(event.at), by: event.data.by, ...(event.data.reason === undefined ? {} : { reason: event.data.reason }) };
        break;
      case 'breakpoint.hit': {
        const { breakpoint_id: id, step_name: step, condition, set_by: by } = event.data;
        paused = { since: iso(event.at), by, breakpoint: { id, step, ...(condition === undefined ? {} : { condition }) } };
        break;
      }
      case 'breakpoint.modified':
        if (paused?.breakpoint) paused.breakpoint.input = show(event.data.input);
        break;
      case 'execution.resumed':
      case 'breakpoint.released':
        paused = undefined;
        break;
      case 'retry.attempted': {
        const { step_name, phase, due_at, reason } = event.data;
        const step = steps.get(step_name);
        if (!step) break;
        if (phase === 'compensate') {
          if (step.compensation) step.compensation.status = 'retrying';
          break;
        }
        step.status = 'retrying';
        if (reason === 'interrupted') closeAttempt(step, event.at, { status: 'interrupted' });
        const last = step.attempt_log?.at(-1);
        if (last) last.retry_at = iso(due_at);
        break;
      }
      case 'saga.compensating': {
        saga = { status: 'compensating', reason: event.data.reason, order: event.data.steps };
        error = event.data.error ?? error;
        cause = error;
        for (const name of event.data.steps) {
          const step = steps.get(name);
          if (step) step.compensation = { type: '', status: 'pending', attempts: 0 };
        }
        break;
      }
      case 'compensation.started': {
        const { step_name, step_type, attempt, input } = event.data;
        const step = steps.get(step_name);
        if (!step) break;
        step.compensation = {
          ...step.compensation,
          type: step_type,
          status: 'running',
          attempts: attempt,
          ...(input ? { input: show(input) } : {}),
          started_at: step.compensation?.started_at ?? iso(event.at),
        };
        break;
      }
      case 'compensation.failed': {
        const undo = steps.get(event.data.step_name)?.compensation;
        if (!undo) break;
        undo.status = event.data.final ? 'failed' : 'retrying';
        undo.error = event.data.error;
        undo.duration_ms = since(undo.started_at, event.at);
        break;
      }
      case 'step.compensated': {
        const step = steps.get(event.data.step_name);
        if (!step?.compensation) break;
        step.status = 'compensated';
        Object.assign(step.compensation, {
          status: 'completed',
          attempts: event.data.attempts,
          output: show(event.data.output),
          error: undefined,
          duration_ms: since(step.compensation.started_at, event.at),
        });
        break;
      }
      case 'saga.compensated':
        if (saga) saga.status = 'compensated';
        endedAt = event.at;
        break;
      case 'compensation.resumed':
        if (saga) saga.status = 'compensating';
        // What stands is why the saga began, not that its undoing once gave up.
        error = cause;
        endedAt = undefined;
        break;
      case 'execution.failed':
        error = event.data.error;
        if (saga) saga.status = 'failed';
        endedAt = event.at;
        break;
      case 'execution.completed':
      case 'execution.cancelled':
        endedAt = event.at;
        break;
      case 'execution.migrated': {
        const { by, from, to } = event.data;
        migrations.push({ seq: event.seq, at: iso(event.at), by, from, to });
        break;
      }
      case 'execution.started':
      case 'cancel.requested':
      case 'admission.queued':
      case 'admission.granted':
      case 'admission.refused':
      case 'dead_letter.recorded':
      case 'dead_letter.replayed':
      case 'dead_letter.discarded':
      case 'signal.received':
      case 'signal.taken':
      case 'block.stopping':
        break;
      case 'block.opened': {
        const step = steps.get(event.data.step_name);
        if (!step) break;
        blocks.open(event.data, step);
        if (event.data.items) step.input = { items: show(event.data.items) };
        break;
      }
      case 'strand.started':
        blocks.start(event.data, steps.get(event.data.step_name));
        break;
      case 'strand.ended':
        blocks.end(event.data, steps.get(event.data.step_name));
        break;
      default: {
        const never: never = event;
        return never;
      }
    }
  }

  const status = statusOf(state.state);
  const now = state.state as StartedState;
  const pinned = { version: now.facts.version, definition: now.facts.definition };
  const list = [...steps.values()];
  if (pipeline && !FINAL_STATUSES.includes(status)) {
    for (const node of pipeline.nodes.slice(0, pipeline.main)) {
      if (!steps.has(node.name)) list.push({ name: node.name, type: node.type, index: node.index, status: 'pending', attempts: 0 });
    }
  }
  for (const step of list) if ((step.attempt_log?.length ?? 0) < 2 && step.attempt_log?.[0]?.status !== 'interrupted') delete step.attempt_log;

  return {
    execution_id: facts.execution_id,
    workflow: facts.workflow,
    workflow_id: facts.workflow_id,
    ...pinned,
    environment: facts.environment,
    region: facts.region,
    pipeline: facts.pipeline,
    tenant: facts.tenant_id,
    status,
    started_at: iso(startedAt),
    ...(endedAt === undefined ? {} : { completed_at: iso(endedAt), duration_ms: endedAt - startedAt }),
    trigger: triggerOf(facts.trigger, facts.trigger_data, facts.execution_id),
    steps: list,
    ...(error ? { error } : {}),
    ...(saga ? { saga } : {}),
    ...(paused && status === 'paused' ? { paused } : {}),
    ...beforeAndAfter(state.state as StartedState),
    ...(migrations.length > 0 ? { migrations } : {}),
    ...((state.state as StartedState).continued_as === undefined ? {} : { continued_as: (state.state as StartedState).continued_as }),
    metadata: {
      idempotency_key: facts.idempotency_key ?? null,
      trace_id: facts.trace_id,
      ...(facts.by === undefined ? {} : { by: facts.by }),
      ...(facts.deadline === undefined ? {} : { deadline: iso(facts.deadline) }),
      ...(facts.parent ? { parent: parentFacts(facts.parent) } : {}),
      ...facts.tags,
    },
    last_seq: state.state.seq,
  };
}

function parentFacts({ execution_id, step_name, continues }: Parent): JsonObject {
  return { execution_id, step_name, ...(continues ? { continues } : {}) };
}

/** What happened at its gate before the first step, and what its failure left behind. */
function beforeAndAfter(state: StartedState): Pick<Timeline, 'queue' | 'refused' | 'dead_letter'> {
  const queue = queueFacts(state);
  const letter = deadLetterFacts(state);
  const { admission } = state;
  return {
    ...(queue ? { queue } : {}),
    ...(admission?.reason === 'refused' ? { refused: { reason: admission.because, by: admission.by_execution } } : {}),
    ...(letter ? { dead_letter: letter } : {}),
  };
}

/** A key that the author gave belongs to what was asked of the step. */
function withKey(input: Json, { idempotent, idempotency_key }: TimelineStep): Json {
  return idempotent && idempotency_key !== undefined && isJsonObject(input) && !('_payload' in input) ? { ...input, idempotency_key } : input;
}

/** `{type, …}` of the trigger: method and path for HTTP, the data for all others. */
function triggerOf(type: string, data: Stored, executionId: string): JsonObject {
  const value = shown(data, executionId);
  return type === 'http' && isJsonObject(value) ? { type, ...value } : { type, data: value };
}

function takeResponse(step: TimelineStep, response: JsonObject, traceId: string): void {
  const { span_id, ...rest } = response;
  if (typeof span_id === 'string') {
    step.trace_id = traceId;
    step.span_id = span_id;
  }
  if (Object.keys(rest).length > 0) step.response = rest;
}

/** A value as a reader gets it: itself, or where the whole of it can be fetched. */
export function shown(stored: Stored, executionId: string): Json {
  if ('value' in stored) return stored.value;
  const { sha256, size } = stored.ref;
  const link: PayloadLink = { _payload: { sha256, size, url: `/api/v1/executions/${executionId}/payloads/${sha256}` } };
  return link as unknown as Json;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function since(startedAt: string | undefined, at: number): number {
  return startedAt === undefined ? 0 : at - Date.parse(startedAt);
}
