/**
 * The fold behind the timeline: what is known of each step, taken in event by event. It can be kept and go on where it
 * stopped, so that following a long execution costs what is new.
 *
 * Invariants
 * 1. Steps stand in the order in which they began; one that begins again (a jump back) moves to the end.
 * 2. `changed` names, for every step, the last event that said something of it or of its lanes.
 * 3. What a step was given and gave is kept only where `values` says so: what stays is small, however large those were.
 */
import type { EventData, LogEvent, Stored } from '#contracts/events';
import type { PayloadLink, Timeline, TimelineAttempt, TimelineStep } from '#contracts/execution';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { BlockRows } from '#engine/timeline-blocks';

export class TimelineFold {
  readonly facts: EventData['execution.started'];
  readonly startedAt: number;
  readonly changed = new Map<string, number>();
  /** The last event taken in. */
  seq: number;
  readonly #values: (step: string) => boolean;
  readonly #steps = new Map<string, TimelineStep>();
  readonly #startOf = new Map<string, number>();
  readonly #blocks = new BlockRows();
  readonly #migrations: NonNullable<Timeline['migrations']> = [];
  /** The id that the execution ran under. */
  readonly #ranAs: string;
  #saga: Timeline['saga'];
  #error: Timeline['error'];
  /** Why undoing began. */
  #cause: Timeline['error'];
  #endedAt: number | undefined;
  #paused: Timeline['paused'];

  constructor(first: LogEvent & { type: 'execution.started' }, values: (step: string) => boolean = () => true) {
    this.facts = first.data;
    this.startedAt = first.at;
    this.seq = first.seq;
    this.#values = values;
    this.#ranAs = first.data.tags?.imported_from === undefined ? first.data.execution_id : String(first.data.tags.imported_from);
  }

  steps(): TimelineStep[] {
    return [...this.#steps.values()];
  }

  has(step: string): boolean {
    return this.#steps.has(step);
  }

  /** What the events say of the execution as a whole. */
  whole(): Pick<Timeline, 'completed_at' | 'duration_ms' | 'error' | 'saga' | 'paused' | 'migrations'> {
    return {
      ...(this.#endedAt === undefined ? {} : { completed_at: iso(this.#endedAt), duration_ms: this.#endedAt - this.startedAt }),
      ...(this.#error ? { error: this.#error } : {}),
      ...(this.#saga ? { saga: this.#saga } : {}),
      ...(this.#paused ? { paused: this.#paused } : {}),
      ...(this.#migrations.length > 0 ? { migrations: this.#migrations } : {}),
    };
  }

  take(event: LogEvent): void {
    this.seq = event.seq;
    this.#take(event);
    if ('step_name' in event.data && event.data.step_name !== undefined) this.changed.set(event.data.step_name, event.seq);
    else if (event.type === 'saga.compensating') for (const name of event.data.steps) this.changed.set(name, event.seq);
  }

  #take(event: LogEvent): void {
    switch (event.type) {
      case 'step.started': {
        const { step_name, step_type, step_index, attempt, idempotency_key } = event.data;
        const known = this.#steps.get(step_name);
        const step = attempt > 1 && known ? known : this.#enter(step_name, step_type, step_index, event.at);
        step.status = 'running';
        step.attempts = attempt;
        step.waited_from = undefined;
        step.waiting_until = undefined;
        step.attempt_log ??= [];
        step.attempt_log.push({ attempt, started_at: iso(event.at), status: 'running' });
        if (idempotency_key !== undefined) {
          step.idempotency_key = idempotency_key;
          // A key of the platform's own making begins with the id that the execution ran under.
          if (!idempotency_key.startsWith(`${this.#ranAs}:`)) step.idempotent = true;
        }
        break;
      }
      case 'step.input_recorded': {
        const step = this.#steps.get(event.data.step_name);
        if (step) step.input = withKey(this.#value(event.data.step_name, event.data.input), step);
        break;
      }
      case 'step.output_recorded': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        step.output = this.#value(event.data.step_name, event.data.output);
        if (event.data.response) this.#respond(step, event.data.response);
        break;
      }
      case 'step.completed': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        step.status = 'completed';
        step.attempts = event.data.attempts;
        step.error = undefined;
        closeAttempt(step, event.at, { status: 'completed' });
        this.#close(step, event.at);
        break;
      }
      case 'step.failed': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        step.status = event.data.final ? 'failed' : 'retrying';
        step.error = event.data.error;
        step.attempts = event.data.attempts;
        closeAttempt(step, event.at, { status: 'failed', error: event.data.error });
        if (event.data.final) this.#close(step, event.at);
        break;
      }
      case 'step.skipped': {
        const { step_name, step_type, step_index, reason } = event.data;
        const known = this.#steps.get(step_name);
        const went = known && (event.data.error || known.status === 'waiting' || known.status === 'retrying' || known.status === 'running');
        const step = went ? known : this.#enter(step_name, step_type, step_index, event.at);
        step.status = 'skipped';
        step.reason = reason;
        if (event.data.error) {
          step.error = event.data.error;
          step.output = { _error: event.data.error.message, _skipped: true };
        }
        this.#close(step, event.at);
        break;
      }
      case 'conditional.routed': {
        const { step_name, step_type, step_index, value, route, target } = event.data;
        const step = this.#enter(step_name, step_type, step_index, event.at);
        Object.assign(step, { status: 'completed', attempts: 1, duration_ms: 0, route: { value, route, target }, output: { value, route, target } });
        break;
      }
      case 'timer.scheduled': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        step.status = 'waiting';
        step.waited_from = iso(event.at);
        step.waiting_until = iso(event.data.due_at);
        closeAttempt(step, event.at, { status: 'completed' });
        break;
      }
      case 'wait.started': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        const { kind, event: name, correlation, due_at } = event.data;
        step.status = 'waiting';
        step.waited_from = iso(event.at);
        step.waiting_for = { kind, event: name, ...(correlation ? { correlation } : {}) };
        if (due_at !== undefined) step.waiting_until = iso(due_at);
        closeAttempt(step, event.at, { status: 'completed' });
        break;
      }
      case 'step.mocked': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        step.status = 'waiting';
        step.mocked = { by: event.data.by, ...(event.data.mock_id === undefined ? {} : { mock_id: event.data.mock_id }) };
        if (event.data.due_at !== undefined) {
          step.waited_from = iso(event.at);
          step.waiting_until = iso(event.data.due_at);
        }
        break;
      }
      case 'execution.paused':
        this.#paused = { since: iso(event.at), by: event.data.by, ...(event.data.reason === undefined ? {} : { reason: event.data.reason }) };
        break;
      case 'breakpoint.hit': {
        const { breakpoint_id: id, step_name: step, condition, set_by: by } = event.data;
        this.#paused = { since: iso(event.at), by, breakpoint: { id, step, ...(condition === undefined ? {} : { condition }) } };
        break;
      }
      case 'breakpoint.modified':
        if (this.#paused?.breakpoint) this.#paused.breakpoint.input = this.#show(event.data.input);
        break;
      case 'execution.resumed':
      case 'breakpoint.released':
        this.#paused = undefined;
        break;
      case 'retry.attempted': {
        const { step_name, phase, due_at, reason } = event.data;
        const step = this.#steps.get(step_name);
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
        this.#saga = { status: 'compensating', reason: event.data.reason, order: event.data.steps };
        this.#error = event.data.error ?? this.#error;
        this.#cause = this.#error;
        for (const name of event.data.steps) {
          const step = this.#steps.get(name);
          if (step) step.compensation = { type: '', status: 'pending', attempts: 0 };
        }
        break;
      }
      case 'compensation.started': {
        const { step_name, step_type, attempt, input } = event.data;
        const step = this.#steps.get(step_name);
        if (!step) break;
        step.compensation = {
          ...step.compensation,
          type: step_type,
          status: 'running',
          attempts: attempt,
          ...(input ? { input: this.#value(step_name, input) } : {}),
          started_at: step.compensation?.started_at ?? iso(event.at),
        };
        break;
      }
      case 'compensation.failed': {
        const undo = this.#steps.get(event.data.step_name)?.compensation;
        if (!undo) break;
        undo.status = event.data.final ? 'failed' : 'retrying';
        undo.error = event.data.error;
        undo.duration_ms = since(undo.started_at, event.at);
        break;
      }
      case 'step.compensated': {
        const step = this.#steps.get(event.data.step_name);
        if (!step?.compensation) break;
        step.status = 'compensated';
        Object.assign(step.compensation, {
          status: 'completed',
          attempts: event.data.attempts,
          output: this.#value(event.data.step_name, event.data.output),
          error: undefined,
          duration_ms: since(step.compensation.started_at, event.at),
        });
        break;
      }
      case 'saga.compensated':
        if (this.#saga) this.#saga.status = 'compensated';
        this.#endedAt = event.at;
        break;
      case 'compensation.resumed':
        if (this.#saga) this.#saga.status = 'compensating';
        // What stands is why the saga began, not that its undoing once gave up.
        this.#error = this.#cause;
        this.#endedAt = undefined;
        break;
      case 'execution.failed':
        this.#error = event.data.error;
        if (this.#saga) this.#saga.status = 'failed';
        this.#endedAt = event.at;
        break;
      case 'execution.completed':
      case 'execution.cancelled':
        this.#endedAt = event.at;
        break;
      case 'execution.migrated': {
        const { by, from, to } = event.data;
        this.#migrations.push({ seq: event.seq, at: iso(event.at), by, from, to });
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
      case 'key.released':
      case 'signal.received':
      case 'signal.taken':
      // What came of it follows: a result with `fallback` in its facts, or a failure that says so.
      case 'circuit.refused':
      case 'block.stopping':
        break;
      case 'block.opened': {
        const step = this.#steps.get(event.data.step_name);
        if (!step) break;
        this.#blocks.open(event.data, step);
        if (event.data.items && this.#values(step.name)) step.input = { items: this.#show(event.data.items) };
        break;
      }
      case 'strand.started':
        this.#blocks.start(event.data, this.#steps.get(event.data.step_name));
        break;
      case 'strand.ended':
        this.#blocks.end(event.data, this.#steps.get(event.data.step_name));
        break;
      default: {
        const never: never = event;
        return never;
      }
    }
  }

  #enter(name: string, type: string, index: number, at: number): TimelineStep {
    const place = this.#blocks.placeOf(name);
    const step: TimelineStep = { name, type, index, ...place, status: 'running', started_at: iso(at), offset_ms: at - this.startedAt, attempts: 0 };
    this.#startOf.set(name, at);
    this.#steps.delete(name);
    this.#steps.set(name, step);
    return step;
  }

  #close(step: TimelineStep, at: number): void {
    step.duration_ms = at - (this.#startOf.get(step.name) ?? at);
    step.waiting_until = undefined;
    step.waiting_for = undefined;
  }

  #respond(step: TimelineStep, response: JsonObject): void {
    const { span_id, ...rest } = response;
    if (typeof span_id === 'string') {
      step.trace_id = this.facts.trace_id;
      step.span_id = span_id;
    }
    if (this.#values(step.name) && Object.keys(rest).length > 0) step.response = rest;
  }

  #show(stored: Stored): Json {
    return shown(stored, this.facts.execution_id);
  }

  #value(step: string, stored: Stored): Json | undefined {
    return this.#values(step) ? this.#show(stored) : undefined;
  }
}

function closeAttempt(step: TimelineStep, at: number, change: Partial<TimelineAttempt>): void {
  const last = step.attempt_log?.at(-1);
  if (last?.status === 'running') Object.assign(last, { duration_ms: at - Date.parse(last.started_at) }, change);
}

/** A key that the author gave belongs to what was asked of the step. */
function withKey(input: Json | undefined, { idempotent, idempotency_key }: TimelineStep): Json | undefined {
  return idempotent && idempotency_key !== undefined && isJsonObject(input) && !('_payload' in input) ? { ...input, idempotency_key } : input;
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
