/**
 * What is known of each step, as events say it.
 *
 * Invariants
 * 1. Steps stand in the order in which they began; one that begins again (a jump back) moves to the end.
 * 2. What a step was given and gave is kept only where `values` says so: what stays is small, however large those were.
 * 3. What is said of a step that never began is passed over.
 */
import type { EventData, Stored } from '#contracts/events';
import type { TimelineAttempt, TimelineStep } from '#contracts/execution';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { BlockRows } from '#engine/timeline/block-rows';
import { iso, shown } from '#engine/timeline/shown';

export class StepRows {
  readonly #facts: EventData['execution.started'];
  readonly #startedAt: number;
  readonly #values: (step: string) => boolean;
  readonly #steps = new Map<string, TimelineStep>();
  readonly #startOf = new Map<string, number>();
  readonly #blocks = new BlockRows();
  /** The id that the execution ran under. */
  readonly #ranAs: string;

  constructor(facts: EventData['execution.started'], startedAt: number, values: (step: string) => boolean) {
    this.#facts = facts;
    this.#startedAt = startedAt;
    this.#values = values;
    this.#ranAs = facts.tags?.imported_from === undefined ? facts.execution_id : String(facts.tags.imported_from);
  }

  all(): TimelineStep[] {
    return [...this.#steps.values()];
  }

  has(step: string): boolean {
    return this.#steps.has(step);
  }

  start({ step_name, step_type, step_index, attempt, idempotency_key }: EventData['step.started'], at: number): void {
    const known = this.#steps.get(step_name);
    const step = attempt > 1 && known ? known : this.#enter(step_name, step_type, step_index, at);
    step.status = 'running';
    step.attempts = attempt;
    step.waited_from = undefined;
    step.waiting_until = undefined;
    step.attempt_log ??= [];
    step.attempt_log.push({ attempt, started_at: iso(at), status: 'running' });
    if (idempotency_key !== undefined) {
      step.idempotency_key = idempotency_key;
      // A key of the platform's own making begins with the id that the execution ran under.
      if (!idempotency_key.startsWith(`${this.#ranAs}:`)) step.idempotent = true;
    }
  }

  recordInput({ step_name, input }: EventData['step.input_recorded']): void {
    const step = this.#steps.get(step_name);
    if (step) step.input = withKey(this.#value(step_name, input), step);
  }

  recordOutput({ step_name, output, response }: EventData['step.output_recorded']): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.output = this.#value(step_name, output);
    if (response) this.#respond(step, response);
  }

  complete({ step_name, attempts }: EventData['step.completed'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.status = 'completed';
    step.attempts = attempts;
    step.error = undefined;
    closeAttempt(step, at, { status: 'completed' });
    this.#close(step, at);
  }

  fail({ step_name, final, error, attempts }: EventData['step.failed'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.status = final ? 'failed' : 'retrying';
    step.error = error;
    step.attempts = attempts;
    closeAttempt(step, at, { status: 'failed', error });
    if (final) this.#close(step, at);
  }

  skip({ step_name, step_type, step_index, reason, error }: EventData['step.skipped'], at: number): void {
    const known = this.#steps.get(step_name);
    const went = known && (error || known.status === 'waiting' || known.status === 'retrying' || known.status === 'running');
    const step = went ? known : this.#enter(step_name, step_type, step_index, at);
    step.status = 'skipped';
    step.reason = reason;
    if (error) {
      step.error = error;
      step.output = { _error: error.message, _skipped: true };
    }
    this.#close(step, at);
  }

  route({ step_name, step_type, step_index, value, route, target }: EventData['conditional.routed'], at: number): void {
    const step = this.#enter(step_name, step_type, step_index, at);
    Object.assign(step, { status: 'completed', attempts: 1, duration_ms: 0, route: { value, route, target }, output: { value, route, target } });
  }

  setTimer({ step_name, due_at }: EventData['timer.scheduled'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.status = 'waiting';
    step.waited_from = iso(at);
    step.waiting_until = iso(due_at);
    closeAttempt(step, at, { status: 'completed' });
  }

  startWait({ step_name, kind, event: name, correlation, due_at }: EventData['wait.started'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.status = 'waiting';
    step.waited_from = iso(at);
    step.waiting_for = { kind, event: name, ...(correlation ? { correlation } : {}) };
    if (due_at !== undefined) step.waiting_until = iso(due_at);
    closeAttempt(step, at, { status: 'completed' });
  }

  mock({ step_name, by, mock_id, due_at }: EventData['step.mocked'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.status = 'waiting';
    step.mocked = { by, ...(mock_id === undefined ? {} : { mock_id }) };
    if (due_at !== undefined) {
      step.waited_from = iso(at);
      step.waiting_until = iso(due_at);
    }
  }

  retry({ step_name, phase, due_at, reason }: EventData['retry.attempted'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    if (phase === 'compensate') {
      if (step.compensation) step.compensation.status = 'retrying';
      return;
    }
    step.status = 'retrying';
    if (reason === 'interrupted') closeAttempt(step, at, { status: 'interrupted' });
    const last = step.attempt_log?.at(-1);
    if (last) last.retry_at = iso(due_at);
  }

  awaitUndo({ steps }: EventData['saga.compensating']): void {
    for (const name of steps) {
      const step = this.#steps.get(name);
      if (step) step.compensation = { type: '', status: 'pending', attempts: 0 };
    }
  }

  startUndo({ step_name, step_type, attempt, input }: EventData['compensation.started'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step) return;
    step.compensation = {
      ...step.compensation,
      type: step_type,
      status: 'running',
      attempts: attempt,
      ...(input ? { input: this.#value(step_name, input) } : {}),
      started_at: step.compensation?.started_at ?? iso(at),
    };
  }

  failUndo({ step_name, final, error }: EventData['compensation.failed'], at: number): void {
    const undo = this.#steps.get(step_name)?.compensation;
    if (!undo) return;
    undo.status = final ? 'failed' : 'retrying';
    undo.error = error;
    undo.duration_ms = since(undo.started_at, at);
  }

  completeUndo({ step_name, attempts, output }: EventData['step.compensated'], at: number): void {
    const step = this.#steps.get(step_name);
    if (!step?.compensation) return;
    step.status = 'compensated';
    Object.assign(step.compensation, {
      status: 'completed',
      attempts,
      output: this.#value(step_name, output),
      error: undefined,
      duration_ms: since(step.compensation.started_at, at),
    });
  }

  openBlock(data: EventData['block.opened']): void {
    const step = this.#steps.get(data.step_name);
    if (!step) return;
    this.#blocks.open(data, step);
    if (data.items && this.#values(step.name)) step.input = { items: this.#show(data.items) };
  }

  startLane(data: EventData['strand.started']): void {
    this.#blocks.start(data, this.#steps.get(data.step_name));
  }

  endLane(data: EventData['strand.ended']): void {
    this.#blocks.end(data, this.#steps.get(data.step_name));
  }

  #enter(name: string, type: string, index: number, at: number): TimelineStep {
    const place = this.#blocks.placeOf(name);
    const step: TimelineStep = { name, type, index, ...place, status: 'running', started_at: iso(at), offset_ms: at - this.#startedAt, attempts: 0 };
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
      step.trace_id = this.#facts.trace_id;
      step.span_id = span_id;
    }
    if (this.#values(step.name) && Object.keys(rest).length > 0) step.response = rest;
  }

  #show(stored: Stored): Json {
    return shown(stored, this.#facts.execution_id);
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

function since(startedAt: string | undefined, at: number): number {
  return startedAt === undefined ? 0 : at - Date.parse(startedAt);
}
