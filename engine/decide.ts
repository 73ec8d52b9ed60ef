/**
 * `decide(state, command, world) -> {events, state, effects}`: everything that can happen to an execution.
 *
 * Invariants
 * 1. Pure: no clock, no chance, no network. The same arguments give the same decision.
 * 2. Effects are data. They may go out only after the events are on disk: `step.started` is their lease.
 * 3. Steps without I/O run here, in the same turn; all events of a turn become one row.
 * 4. Stale, doubled or late commands decide to nothing.
 * 5. A started execution always has a next wake-up (`wakeAt`) or has ended.
 */
import type { Activity, ActivityNode, ConditionalNode, Definition, Node, Pipeline } from '#contracts/definition';
import type { EventData, EventType, LogEvent, ResponseRef } from '#contracts/events';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import type { Command } from '#engine/commands';
import { contextParts, storedValue } from '#engine/context';
import { apply, draftOf } from '#engine/evolve';
import type { EvaluationFrame, Evaluator, PerformEffect } from '#engine/ports';
import { COMPENSATION_RETRY, nextDelay } from '#engine/retry';
import { compensationOrder } from '#engine/saga';
import { attemptId, type Compensating, type ExecutionState, hasEnded, isStarted, type StartedState, sleeper } from '#engine/state';

/** What deciding may lean on: the pinned definition, and the evaluator. */
export interface World {
  definition: Definition;
  evaluator: Evaluator;
  /** Builds the context of `dialect.md` from its parts (`language/scope`). */
  context(parts: ReturnType<typeof contextParts>): JsonObject;
}

export interface Decision {
  events: LogEvent[];
  state: ExecutionState;
  effects: PerformEffect[];
  /** The turn was cut short; give it `proceed` once this much is on disk. */
  unfinished: boolean;
}

/** Steps without I/O in one turn, so that no turn is endless. */
const STEPS_PER_TURN = 500;

export function decide(state: ExecutionState, command: Command, world: World): Decision {
  const turn = new Turn(state, command, world);
  turn.handle(command);
  return turn.decision();
}

class Turn {
  private draft: ExecutionState;
  private readonly events: LogEvent[] = [];
  private readonly effects: PerformEffect[] = [];
  private readonly now: number;
  private readonly random: number;
  private readonly world: World;
  private unfinished = false;
  private cachedFrame: EvaluationFrame | undefined;
  private budget = STEPS_PER_TURN;

  constructor(state: ExecutionState, command: Command, world: World) {
    this.draft = isStarted(state) ? draftOf(state) : state;
    this.now = command.now;
    this.random = command.random;
    this.world = world;
  }

  decision(): Decision {
    return { events: this.events, state: this.draft, effects: this.effects, unfinished: this.unfinished };
  }

  handle(command: Command): void {
    if (command.type === 'start') {
      if (isStarted(this.draft)) return;
      this.start(command);
      if (command.run) this.run();
      return;
    }
    if (!isStarted(this.draft)) return;
    switch (command.type) {
      case 'proceed':
        return this.proceed();
      case 'outcome':
        return this.outcome(command.step, command.phase, command.attempt, command.outcome);
      case 'tick':
        return this.tick();
      case 'interrupted':
        return this.interrupted(command.attempts);
      case 'cancel':
        return this.cancel(command.reason, command.by);
      case 'resume':
        return this.resume(command.by);
      default: {
        const never: never = command;
        return never;
      }
    }
  }

  // --- start, run -----------------------------------------------------------------------------

  private start(command: Extract<Command, { type: 'start' }>): void {
    const { request } = command;
    const pipeline = this.world.definition.pipelines[request.pipeline];
    const limits = [pipeline?.timeout_ms, pipeline?.saga?.timeout_ms].filter((ms): ms is number => ms !== undefined);
    this.emit('execution.started', {
      execution_id: command.execution_id,
      tenant_id: request.tenant,
      region: request.region,
      workflow: request.workflow,
      workflow_id: request.workflow_id,
      version: request.version,
      definition: request.definition,
      environment: request.environment,
      pipeline: request.pipeline,
      trigger: request.trigger,
      trigger_data: { value: request.trigger_data },
      trace_id: request.trace_id,
      ...optional('parent_span_id', request.parent_span_id),
      ...optional('idempotency_key', request.idempotency_key),
      ...(request.idempotency_key === undefined ? {} : { idempotency_expires_at: this.now + (request.idempotency_ttl_ms ?? LIMITS.idempotencyTtlMs) }),
      ...(limits.length > 0 ? { deadline: this.now + Math.min(...limits) } : {}),
      ...optional('by', request.by),
      ...optional('tags', request.tags),
    });
  }

  private proceed(): void {
    const state = this.started;
    if (hasEnded(state) || Object.keys(state.active).length > 0 || sleeper(state)) return;
    if (state.phase.kind === 'compensating') this.compensateNext();
    else this.run();
  }

  /** From `position` until an effect, a timer, or the end. */
  private run(): void {
    const { nodes } = this.pipeline;
    while (this.draft.phase.kind === 'running') {
      const state = this.started;
      if (state.cancel) return this.cancelNow();
      if (state.facts.deadline !== undefined && this.now >= state.facts.deadline) return this.overTime();
      if (state.runs >= LIMITS.stepRuns) {
        return this.fail(
          errorInfo('execution_failed', `The pipeline has taken ${LIMITS.stepRuns} steps without an end. Check its conditional jumps for a loop.`),
        );
      }
      const node = nodes[state.position];
      if (!node) return this.complete();
      if (this.budget-- <= 0) {
        this.unfinished = true;
        return;
      }
      if (!this.step(node)) return;
    }
  }

  /** Enters a node. Answers whether the run may go on at once. */
  private step(node: Node): boolean {
    const skip = this.skipReason(node);
    if (skip !== undefined) {
      if (typeof skip !== 'string') return this.enterFailed(node, skip);
      this.emit('step.skipped', { step_name: node.name, step_type: node.type, step_index: node.index, reason: skip });
      return true;
    }
    return node.kind === 'conditional' ? this.routeFrom(node) : this.activity(node);
  }

  private skipReason(node: Node): string | ErrorInfo | undefined {
    if (node.if !== undefined) {
      const verdict = this.world.evaluator.test(node.if, this.frame());
      if (verdict.kind === 'error') return verdict.error;
      if (!verdict.value) return `if: ${node.if}`;
    }
    if (node.skip_if !== undefined) {
      const verdict = this.world.evaluator.test(node.skip_if, this.frame());
      if (verdict.kind === 'error') return verdict.error;
      if (verdict.value) return `skip_if: ${node.skip_if}`;
    }
    return undefined;
  }

  private routeFrom(node: ConditionalNode): boolean {
    const routing = this.world.evaluator.route(node, this.frame());
    if (routing.kind === 'error') return this.enterFailed(node, routing.error);
    const target = this.pipeline.nodes[routing.target];
    this.emit('conditional.routed', {
      step_name: node.name,
      step_type: node.type,
      step_index: node.index,
      value: routing.value,
      route: routing.route,
      target: target?.name ?? '',
      target_index: routing.target,
    });
    return true;
  }

  /** A step that fails before its first attempt: its settings or its condition cannot be evaluated. */
  private enterFailed(node: Node, error: ErrorInfo): boolean {
    this.emit('step.started', { step_name: node.name, step_type: node.type, step_index: node.index, attempt: 1 });
    return this.giveUp(node, error, 0);
  }

  private activity(node: ActivityNode): boolean {
    const resolved = this.world.evaluator.resolve(node.name, node, this.frame());
    if (resolved.kind === 'error') return this.enterFailed(node, resolved.error);
    const runs = (this.started.steps[node.name]?.runs ?? 0) + 1;
    const key = resolved.idempotency_key ?? (node.pure ? undefined : `${this.started.facts.execution_id}:${node.name}${runs > 1 ? `:${runs}` : ''}`);
    this.emit('step.started', {
      step_name: node.name,
      step_type: node.type,
      step_index: node.index,
      attempt: 1,
      ...optional('idempotency_key', key),
    });
    this.emit('step.input_recorded', {
      step_name: node.name,
      input: { value: resolved.input },
      ...(resolved.secrets.length > 0 ? { secrets: resolved.secrets } : {}),
    });
    return this.attempt(node);
  }

  /** The attempt that `step.started` announced: in this turn when pure, else as an effect. */
  private attempt(node: ActivityNode): boolean {
    const step = this.started.steps[node.name]!;
    if (!node.pure) {
      this.effects.push(this.effect(node, node.name, 'run'));
      return false;
    }
    return this.settle(node, this.world.evaluator.run(node.type, storedValue(step.input!), this.frame()));
  }

  // --- outcomes -------------------------------------------------------------------------------

  private outcome(name: string, phase: 'run' | 'compensate', attempt: number, outcome: StepOutcome): void {
    const active = this.started.active[attemptId(name, phase)];
    if (active?.attempt !== attempt || hasEnded(this.draft)) return;
    if (phase === 'compensate') return this.undoOutcome(name, outcome);
    const node = this.nodeOf(name);
    if (node?.kind !== 'activity') return;
    if (this.settle(node, outcome)) this.run();
  }

  /** Records what came of an attempt. Answers whether the run may go on at once. */
  private settle(node: ActivityNode, outcome: StepOutcome): boolean {
    const step = this.started.steps[node.name]!;
    switch (outcome.kind) {
      case 'completed':
        this.completeStep(node, outcome.output, outcome.response);
        return this.draft.phase.kind === 'running';
      case 'sleep':
        this.emit('timer.scheduled', { step_name: node.name, due_at: Math.max(outcome.until, this.now), output: { value: outcome.output } });
        if (outcome.until <= this.now) {
          this.completeStep(node, outcome.output);
          return true;
        }
        return this.started.cancel !== undefined;
      case 'failed': {
        const delay = nextDelay(node.retry, outcome.error, step.failures + 1, this.random);
        // A retry that would come after the deadline is none.
        const deadline = this.started.facts.deadline;
        const inTime = delay !== undefined && (deadline === undefined || this.now + delay < deadline);
        if (delay === undefined || !inTime || this.started.cancel) return this.giveUp(node, outcome.error, this.elapsed(node.name, 'run'));
        this.emit('step.failed', {
          step_name: node.name,
          error: outcome.error,
          duration_ms: this.elapsed(node.name, 'run'),
          attempts: step.attempts,
          final: false,
        });
        this.emit('retry.attempted', {
          step_name: node.name,
          phase: 'run',
          attempt: step.attempts + 1,
          delay_ms: delay,
          due_at: this.now + delay,
          reason: 'failure',
          error: outcome.error,
        });
        return false;
      }
      default: {
        const never: never = outcome;
        return never;
      }
    }
  }

  private completeStep(node: ActivityNode, output: Json, response?: JsonObject): void {
    const step = this.started.steps[node.name]!;
    const input = step.input;
    this.emit('step.output_recorded', { step_name: node.name, output: { value: output }, ...optional('response', response) });
    this.emit('step.completed', { step_name: node.name, duration_ms: this.now - step.started_at, status: 'completed', attempts: step.attempts });
    if (!node.responds || !input) return;
    const answer = this.world.evaluator.answer(node.type, storedValue(input));
    this.complete({ step_name: node.name, http_status: answer.status });
  }

  /** No further attempt. What the run does about it is the step's `on_error`, else the pipeline's. */
  private giveUp(node: Node, error: ErrorInfo, duration: number): boolean {
    const policy = this.failurePolicy(node);
    const step = this.started.steps[node.name]!;
    if (policy === 'continue') this.emit('step.output_recorded', { step_name: node.name, output: { value: { _error: error.message } } });
    this.emit('step.failed', { step_name: node.name, error, duration_ms: duration, attempts: step.attempts, final: true });
    if (this.started.cancel) {
      this.cancelNow();
      return false;
    }
    switch (policy) {
      case 'continue':
        return true;
      case 'skip':
        this.emit('step.skipped', { step_name: node.name, step_type: node.type, step_index: node.index, reason: 'on_error: skip', error });
        return true;
      case 'stop':
        this.fail(error, node.name);
        return false;
      case 'compensate':
        this.stopFor({ reason: 'failed', error, step_name: node.name });
        return false;
      default: {
        const never: never = policy;
        return never;
      }
    }
  }

  private failurePolicy(node: Node) {
    if (node.kind === 'activity' && node.on_error) return node.on_error;
    return this.pipeline.saga ? 'compensate' : this.pipeline.on_error;
  }

  // --- clock, crash, control ------------------------------------------------------------------

  private tick(): void {
    const state = this.started;
    if (hasEnded(state)) return;
    if (state.phase.kind === 'running' && state.facts.deadline !== undefined && this.now >= state.facts.deadline) return this.overTime();
    for (const step of Object.values(state.steps)) {
      if (step.due_at !== undefined && step.due_at <= this.now && state.phase.kind === 'running') this.due(step.name);
      else if (step.undo?.status === 'retrying' && (step.undo.due_at ?? 0) <= this.now && state.phase.kind === 'compensating') {
        if (this.undoAttempt(step.name)) this.compensateNext();
      }
    }
    // A start that was answered before its first step, or a turn whose sequel was lost.
    if (this.events.length === 0) this.proceed();
  }

  /** A step's timer or retry has come due. */
  private due(name: string): void {
    const node = this.nodeOf(name);
    const step = this.started.steps[name];
    if (node?.kind !== 'activity' || !step) return;
    if (step.status === 'waiting') {
      this.completeStep(node, step.output ? storedValue(step.output) : null);
      return this.run();
    }
    if (step.status !== 'retrying') return;
    this.emit('step.started', {
      step_name: name,
      step_type: node.type,
      step_index: node.index,
      attempt: step.attempts + 1,
      ...optional('idempotency_key', step.idempotency_key),
    });
    if (this.attempt(node)) this.run();
  }

  private interrupted(attempts: string[]): void {
    for (const id of attempts) {
      const active = this.started.active[id];
      if (!active) continue;
      this.emit('retry.attempted', {
        step_name: active.step,
        phase: active.phase,
        attempt: active.attempt + 1,
        delay_ms: 0,
        due_at: this.now,
        reason: 'interrupted',
      });
    }
    if (this.events.length > 0) {
      const before = this.events.length;
      this.tick();
      // A cancel that came while the lost attempt was under way is carried out by `tick` through `run`; nothing else may end here.
      if (this.events.length === before) this.proceed();
    }
  }

  private cancel(reason: string | undefined, by: string): void {
    const state = this.started;
    if (state.phase.kind !== 'running') return;
    this.emit('cancel.requested', { ...optional('reason', reason), by });
    // What is under way ends first: only then is it known whether it has to be undone.
    if (Object.keys(state.active).length === 0) this.cancelNow();
  }

  private cancelNow(): void {
    const waiting = sleeper(this.started);
    if (waiting)
      this.emit('step.skipped', { step_name: waiting.name, step_type: waiting.type, step_index: waiting.index, reason: 'cancelled while it waited' });
    this.stopFor({ reason: 'cancelled', by: this.started.cancel?.by, note: this.started.cancel?.reason });
  }

  private resume(by: string): void {
    const { phase } = this.started;
    if (phase.kind !== 'failed' || !phase.saga) return;
    this.emit('compensation.resumed', { by });
    this.tick();
    this.compensateNext();
  }

  private overTime(): void {
    const error = errorInfo('execution_timeout', `The pipeline did not end within its timeout.`);
    const state = this.started;
    const name = Object.values(state.active)[0]?.step ?? sleeper(state)?.name;
    const step = name === undefined ? undefined : state.steps[name];
    if (step) {
      this.emit('step.failed', { step_name: step.name, error, duration_ms: this.now - step.started_at, attempts: step.attempts, final: true });
    }
    const undo = this.pipeline.saga !== undefined || this.pipeline.on_error === 'compensate';
    if (undo) this.stopFor({ reason: 'timeout', error, ...optional('step_name', step?.name) });
    else this.fail(error, step?.name);
  }

  // --- ends -----------------------------------------------------------------------------------

  private complete(response?: ResponseRef): void {
    this.emit('execution.completed', { duration_ms: this.age, status: 'completed', ...optional('response', response) });
  }

  private fail(error: ErrorInfo, step_name?: string): void {
    this.emit('execution.failed', { duration_ms: this.age, error, ...optional('step_name', step_name) });
  }

  /** Ends the forward run: undo what completed, or, with nothing to undo, end at once. */
  private stopFor(cause: { reason: Compensating['reason']; error?: ErrorInfo; step_name?: string; by?: string; note?: string }): void {
    const wanted = cause.reason !== 'cancelled' || this.pipeline.saga !== undefined || this.pipeline.on_error === 'compensate';
    const order = wanted ? compensationOrder(this.started, this.pipeline) : [];
    if (order.length > 0) {
      this.emit('saga.compensating', {
        reason: cause.reason,
        ...optional('error', cause.error),
        ...optional('step_name', cause.step_name),
        steps: order,
        ...optional('by', cause.by),
      });
      return this.compensateNext();
    }
    if (cause.reason === 'cancelled')
      this.emit('execution.cancelled', { duration_ms: this.age, ...optional('reason', cause.note), ...optional('by', cause.by) });
    else this.fail(cause.error!, cause.step_name);
  }

  // --- compensation ---------------------------------------------------------------------------

  /** Begins what may be undone now: the next in order, or all at once; ends the saga when nothing more can be done. */
  private compensateNext(): void {
    while (this.draft.phase.kind === 'compensating') {
      const { order } = this.draft.phase;
      const undo = (name: string) => this.started.steps[name]?.undo;
      const open = order.filter((name) => undo(name)?.status !== 'completed');
      if (open.length === 0) return this.emit('saga.compensated', { duration_ms: this.age, steps: order });
      const reach = this.pipeline.saga?.order === 'parallel' ? open : open.slice(0, 1);
      const startable = reach.filter((name) => undo(name) === undefined);
      if (startable.length === 0) {
        if (reach.every((name) => undo(name)?.status === 'failed')) this.compensationStuck(reach[0]!);
        return;
      }
      let settled = false;
      for (const name of startable) settled = this.undoAttempt(name) || settled;
      if (!settled) return;
    }
  }

  /** Answers whether it settled within the turn. */
  private undoAttempt(name: string): boolean {
    const node = this.nodeOf(name);
    const step = this.started.steps[name];
    if (node?.kind !== 'activity' || !node.compensate || !step) return false;
    const activity = node.compensate;
    const attempt = (step.undo?.attempts ?? 0) + 1;
    const known = step.undo?.input;
    const resolved = known
      ? { kind: 'ready' as const, input: storedValue(known), secrets: step.undo?.secrets ?? [], idempotency_key: step.undo?.idempotency_key }
      : this.world.evaluator.resolve(name, activity, this.frame());
    if (resolved.kind === 'error') {
      this.emit('compensation.started', { step_name: name, step_type: activity.type, attempt, input: { value: null } });
      return this.undoGaveUp(name, resolved.error, attempt);
    }
    const key = resolved.idempotency_key ?? `${this.started.facts.execution_id}:${name}:compensate${step.runs > 1 ? `:${step.runs}` : ''}`;
    this.emit('compensation.started', {
      step_name: name,
      step_type: activity.type,
      attempt,
      input: { value: resolved.input },
      ...(resolved.secrets.length > 0 ? { secrets: resolved.secrets } : {}),
      idempotency_key: key,
    });
    if (!activity.pure) {
      this.effects.push(this.effect(activity, name, 'compensate'));
      return false;
    }
    return this.undoSettled(name, this.world.evaluator.run(activity.type, resolved.input, this.frame()));
  }

  private undoOutcome(name: string, outcome: StepOutcome): void {
    if (this.draft.phase.kind === 'compensating' && this.undoSettled(name, outcome)) this.compensateNext();
  }

  private undoSettled(name: string, outcome: StepOutcome): boolean {
    const undo = this.started.steps[name]!.undo!;
    if (outcome.kind !== 'failed') {
      this.emit('step.compensated', {
        step_name: name,
        duration_ms: this.elapsed(name, 'compensate'),
        attempts: undo.attempts,
        output: { value: outcome.output },
        ...(outcome.kind === 'completed' ? optional('response', outcome.response) : {}),
      });
      return true;
    }
    const node = this.nodeOf(name) as ActivityNode;
    const delay = nextDelay(node.compensate?.retry ?? COMPENSATION_RETRY, outcome.error, undo.failures + 1, this.random);
    if (delay === undefined) return this.undoGaveUp(name, outcome.error, undo.attempts);
    this.emit('compensation.failed', {
      step_name: name,
      error: outcome.error,
      duration_ms: this.elapsed(name, 'compensate'),
      attempts: undo.attempts,
      final: false,
    });
    this.emit('retry.attempted', {
      step_name: name,
      phase: 'compensate',
      attempt: undo.attempts + 1,
      delay_ms: delay,
      due_at: this.now + delay,
      reason: 'failure',
      error: outcome.error,
    });
    return false;
  }

  /** The others go on where the order allows it; `compensateNext` ends the saga once nothing can. */
  private undoGaveUp(name: string, error: ErrorInfo, attempts: number): boolean {
    this.emit('compensation.failed', { step_name: name, error, duration_ms: this.elapsed(name, 'compensate'), attempts, final: true });
    return true;
  }

  private compensationStuck(name: string): void {
    const undo = this.started.steps[name]?.undo;
    const cause = undo?.error;
    const attempts = undo?.attempts ?? 0;
    this.fail(
      errorInfo(
        'compensation_failed',
        `The compensation of ${name} gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${cause?.message ?? ''}`,
        {
          ...optional('status', cause?.status),
          details: { cause: cause?.code ?? null },
        },
      ),
      name,
    );
  }

  // --- helpers --------------------------------------------------------------------------------

  private get started(): StartedState {
    return this.draft as StartedState;
  }

  private get pipeline(): Pipeline {
    return this.world.definition.pipelines[this.started.facts.pipeline]!;
  }

  private get age(): number {
    return this.now - this.started.started_at;
  }

  private elapsed(step: string, phase: 'run' | 'compensate'): number {
    const active = this.started.active[attemptId(step, phase)];
    return active ? this.now - active.started_at : 0;
  }

  private nodeOf(name: string): Node | undefined {
    const step = this.started.steps[name];
    return step && this.pipeline.nodes[step.index];
  }

  private frame(): EvaluationFrame {
    this.cachedFrame ??= {
      definition: this.world.definition,
      pipeline: this.pipeline,
      context: this.world.context(contextParts(this.started, 1, this.now)),
      now: this.now,
    };
    return this.cachedFrame;
  }

  private effect(activity: Activity, name: string, phase: 'run' | 'compensate'): PerformEffect {
    return effectOf(this.started, this.pipeline, activity, name, phase);
  }

  private emit<T extends EventType>(type: T, data: EventData[T]): void {
    const event = { seq: this.draft.seq + 1, at: this.now, type, data } as unknown as LogEvent;
    this.events.push(event);
    this.draft = apply(this.draft, event);
    if (CONTEXT_CHANGES.has(type)) this.cachedFrame = undefined;
  }
}

/** Events after which a step sees something else. */
const CONTEXT_CHANGES: ReadonlySet<EventType> = new Set(['step.completed', 'step.failed', 'step.skipped', 'conditional.routed']);

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
    attempt: side.attempts,
    type: activity.type,
    input: side.input ? storedValue(side.input) : null,
    secrets: side.secrets ?? [],
    timeout_ms: activity.timeout_ms,
    idempotency_key: side.idempotency_key ?? `${facts.execution_id}:${name}`,
    dedupe: activity.idempotency_key !== undefined,
    dedupe_ttl_ms: pipeline.idempotency?.ttl_ms ?? LIMITS.idempotencyTtlMs,
    detached: activity.detached,
    trace_id: facts.trace_id,
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
