/**
 * One execution: a doorman before the engine. Load, decide, commit, arm the alarm, have the effects
 * performed, and bring each outcome back as the next command.
 *
 * Invariants
 * 1. Events and alarm are written in one turn without an await between: they commit together or not at all.
 * 2. An effect goes out only after the commit of its lease (the output gate holds it until it is on disk).
 * 3. The alarm is the only promise to come back. While an execution has not ended, or its end has not been
 *    handed to the queue, an alarm is set; a crash at any instant is followed by `alarm()`, an ordinary command.
 * 4. Every call names the tenant; an object of another tenant answers as one that does not exist.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Definition } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { ExecutionSummary, ProjectionMessage, Timeline } from '#contracts/execution';
import type {
  ControlResult,
  DetachedMessage,
  DetachedOrder,
  EventPage,
  EventQuery,
  ExecutionRpc,
  LiveMessage,
  StartRequest,
  StartResult,
} from '#contracts/execution-rpc';
import { executionIdFromHex } from '#contracts/ids';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Command } from '#engine/commands';
import { storedValue } from '#engine/context';
import { decide } from '#engine/decide';
import { activityOf, effectOf } from '#engine/effect';
import { fold } from '#engine/evolve';
import { liveMessages } from '#engine/live';
import type { Performer } from '#engine/ports';
import { differences } from '#engine/rebuild';
import { attemptId, type ExecutionState, hasEnded, initialState, isStarted, type StartedState, statusOf } from '#engine/state';
import { summarize } from '#engine/summary';
import { buildTimeline } from '#engine/timeline';
import type { World } from '#engine/turn';
import { isIdle, wakeAt } from '#engine/wake';
import { EventLog, type Sql } from '#storage/event-log';
import { externalize, hydrate } from '#storage/payloads';
import type { DefinitionStore, PayloadStore } from '#storage/ports';

/** What the object leans on; the composition root gives it. */
export interface ExecutionPorts {
  definitions: DefinitionStore;
  payloads: PayloadStore;
  performer: Performer;
  evaluator: World['evaluator'];
  context: World['context'];
  /** Hands the index its row. */
  project(message: ProjectionMessage): Promise<void>;
  /** Hands a detached attempt to the queue. */
  dispatch(message: DetachedMessage): Promise<void>;
  /** Tells those who watch. Must not throw, and is not waited for; `messages` is called only if somebody may. */
  publish(tenant: string, messages: () => LiveMessage[]): void;
  /** Epoch ms. */
  now(): number;
}

type InputEvent = Extract<LogEvent, { type: 'step.input_recorded' }>;

/** A run that takes longer than this shows up in the index before it ends, ms. */
const SHOW_AFTER_MS = 500;
/** How much longer than its timeout a detached attempt may take before it counts as lost, ms. */
const DETACHED_MARGIN_MS = 60_000;

export abstract class ExecutionObjectBase<Env> extends DurableObject<Env> implements ExecutionRpc {
  protected abstract readonly ports: ExecutionPorts;

  readonly #log: EventLog;
  #state: ExecutionState | undefined;
  #definition: Definition | undefined;
  /** Attempts that run in this instance; one that is active in the log but not here is lost. */
  readonly #running = new Map<string, AbortController>();
  #work: Promise<void> = Promise.resolve();
  /** Held while large values are on their way to R2 before a commit. */
  #committing: Promise<void> | undefined;
  #alarmAt: number | null | undefined;
  #projected = 0;
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #answerInput: InputEvent | undefined;
  #waiters: (() => void)[] = [];

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#log = new EventLog(ctx.storage.sql as unknown as Sql);
  }

  // --- doors ----------------------------------------------------------------------------------

  async start(request: StartRequest): Promise<StartResult> {
    const { wait_ms, with_outputs, ...facts } = request;
    await this.#load();
    if (!isStarted(this.#state!)) {
      this.#definition ??= (await this.ports.definitions.get(request.tenant, request.definition)) ?? undefined;
      if (!this.#definition) throw new Problem('unknown_workflow', `The definition ${request.definition} is not stored in this region.`);
    }
    let state = this.#state!;
    const known = isStarted(state);
    if (isStarted(state)) {
      const expired = this.#expiredGeneration(state, request);
      if (expired !== undefined) return { kind: 'expired', generation: expired };
      await this.#recover();
    } else {
      await this.#submit({ type: 'start', execution_id: this.#id, request: facts, run: wait_ms > 0, ...this.#chance() });
    }
    if (wait_ms > 0) await this.#ended(wait_ms);
    state = this.#state!;
    return { kind: known ? 'existing' : 'started', ...(await this.#result(state as StartedState, with_outputs ?? false)) };
  }

  async noteGeneration(tenant: string, generation: number): Promise<void> {
    if (await this.#of(tenant)) this.ctx.storage.kv.put('generation', generation);
  }

  async summary(tenant: string): Promise<ExecutionSummary | null> {
    const state = await this.#of(tenant);
    return state && summarize(state);
  }

  async timeline(tenant: string): Promise<Timeline | null> {
    const state = await this.#of(tenant);
    if (!state) return null;
    const definition = hasEnded(state) ? undefined : await this.#pinned(state);
    return buildTimeline(this.#log.page(1, Number.MAX_SAFE_INTEGER), definition?.pipelines[state.facts.pipeline]);
  }

  async events(tenant: string, query: EventQuery): Promise<EventPage | null> {
    if (!(await this.#of(tenant))) return null;
    const items: LogEvent[] = [];
    let from = query.from ?? 1;
    while (items.length < query.limit) {
      const page = this.#log.page(from, LIMITS.eventsMax);
      if (page.length === 0) return { items, next: null };
      for (const event of page) {
        from = event.seq + 1;
        if (query.types && !query.types.includes(event.type)) continue;
        items.push(event);
        if (items.length === query.limit) break;
      }
    }
    return { items, next: from <= this.#log.version ? from : null };
  }

  async cancel(tenant: string, order: { reason?: string; by: string }): Promise<ControlResult | null> {
    const state = await this.#of(tenant);
    if (!state) return null;
    if (hasEnded(state)) return { ok: false, code: 'execution_finished', status: statusOf(state) };
    await this.#recover();
    await this.#submit({ type: 'cancel', ...order, ...this.#chance() });
    return { ok: true, status: statusOf(this.#state!) };
  }

  async resume(tenant: string, order: { by: string }): Promise<ControlResult | null> {
    const state = await this.#of(tenant);
    if (!state) return null;
    if (state.phase.kind !== 'failed' || !state.phase.saga) {
      return { ok: false, code: hasEnded(state) ? 'execution_finished' : 'not_resumable', status: statusOf(state) };
    }
    await this.#submit({ type: 'resume', ...order, ...this.#chance() });
    return { ok: true, status: statusOf(this.#state!) };
  }

  async rebuild(tenant: string) {
    const state = await this.#of(tenant);
    if (!state) return null;
    const events = await hydrate(this.#log.page(1, Number.MAX_SAFE_INTEGER), this.ports.payloads);
    const folded = fold(events);
    const found = await differences(state, folded);
    // The index is a fold as well: its row is handed over anew.
    await this.ports.project({ kind: 'execution', seq: state.seq, summary: summarize(state) });
    return { equal: found.paths.length === 0, events: events.length, status: statusOf(folded), state_hash: found.hash, differences: found.paths };
  }

  async claim(tenant: string, order: DetachedOrder): Promise<PerformEffect | null> {
    const state = await this.#of(tenant);
    if (!state || state.active[attemptId(order.step, order.phase)]?.attempt !== order.attempt) return null;
    const definition = await this.#pinned(state);
    const activity = activityOf(state, definition, order.step, order.phase);
    return activity ? effectOf(state, definition.pipelines[state.facts.pipeline]!, activity, order.step, order.phase) : null;
  }

  async deliver(tenant: string, report: DetachedOrder & { outcome: StepOutcome }): Promise<void> {
    if (!(await this.#of(tenant))) return;
    await this.#submit({ type: 'outcome', ...report, ...this.#chance() });
    await this.#idle();
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    const state = await this.#load();
    if (!isStarted(state)) return;
    await this.#recover();
    await this.#submit({ type: 'tick', ...this.#chance() });
    // The handler stays as long as work goes on: it is what keeps the object awake.
    await this.#idle();
    await this.#handOver();
    this.#arm();
  }

  // --- turns ----------------------------------------------------------------------------------

  /** One turn: decide, commit, then act. */
  async #submit(command: Command): Promise<void> {
    await this.#load();
    const definition = this.#definition ?? (await this.#pinned(this.#state as StartedState));
    while (this.#committing) await this.#committing;
    // From here to the commit nothing may come between: what was decided on is what is appended to.
    const before = this.#state!;
    const decision = decide(before, command, { definition, evaluator: this.ports.evaluator, context: this.ports.context });
    if (decision.events.length > 0) {
      const expected = before.seq;
      const { events, payloads } = externalize(decision.events, (decision.state as StartedState).facts);
      if (payloads.length > 0) {
        this.#committing = Promise.all(payloads.map((payload) => this.ports.payloads.put(payload.key, payload.text))).then(() => undefined);
        try {
          await this.#committing;
        } finally {
          this.#committing = undefined;
        }
      }
      this.#log.append(events, expected);
      this.#state = decision.state;
      this.#arm();
      this.#after(decision.events, decision.state as StartedState);
    }
    for (const effect of decision.effects) this.#launch(effect);
    if (decision.unfinished) await this.#submit({ type: 'proceed', ...this.#chance() });
  }

  #after(events: LogEvent[], state: StartedState): void {
    this.ports.publish(state.facts.tenant_id, () => liveMessages(events, state));
    for (const [id, controller] of this.#running) if (!state.active[id]) controller.abort();
    if (state.phase.kind === 'completed' && state.phase.response) {
      const { step_name } = state.phase.response;
      this.#answerInput = events.findLast((event) => event.type === 'step.input_recorded' && event.data.step_name === step_name) as InputEvent | undefined;
    }
    const ended = hasEnded(state);
    if (ended || Object.keys(state.active).length === 0) {
      clearTimeout(this.#showTimer);
      this.#showTimer = undefined;
      this.#track(this.#handOver());
    } else {
      this.#showTimer ??= setTimeout(() => this.#track(this.#handOver()), SHOW_AFTER_MS);
    }
    if (ended) for (const wake of this.#waiters.splice(0)) wake();
  }

  #launch(effect: PerformEffect): void {
    const { execution_id, tenant, step, phase, attempt } = effect;
    if (effect.detached) return this.#track(this.ports.dispatch({ execution_id, tenant, step, phase, attempt }));
    const id = attemptId(step, phase);
    const controller = new AbortController();
    this.#running.set(id, controller);
    const run = async () => {
      try {
        const outcome = await this.ports.performer.perform(effect, controller.signal);
        this.#running.delete(id);
        await this.#submit({ type: 'outcome', step, phase, attempt, outcome, ...this.#chance() });
      } finally {
        this.#running.delete(id);
      }
    };
    this.#track(run());
  }

  /** Work that the object waits for before it lets go; a failure is not lost, the alarm comes back to it. */
  #track(task: Promise<void>): void {
    const guarded = task.catch((error: unknown) => console.error(JSON.stringify({ level: 'error', message: String(error), execution_id: this.#id })));
    this.#work = Promise.all([this.#work, guarded]).then(() => undefined);
    this.ctx.waitUntil(guarded);
  }

  async #idle(): Promise<void> {
    for (let work: Promise<void> | undefined; work !== this.#work; ) {
      work = this.#work;
      await work;
    }
  }

  /** What is active in the log but does not run here was lost with an earlier instance of this object. */
  async #recover(): Promise<void> {
    const state = this.#state as StartedState;
    if (hasEnded(state)) return;
    const now = this.ports.now();
    const lost: string[] = [];
    for (const [id, attempt] of Object.entries(state.active)) {
      if (this.#running.has(id)) continue;
      const activity = activityOf(state, await this.#pinned(state), attempt.step, attempt.phase);
      if (activity?.detached && now < attempt.started_at + activity.timeout_ms + DETACHED_MARGIN_MS) continue;
      lost.push(id);
    }
    if (lost.length > 0) await this.#submit({ type: 'interrupted', attempts: lost, ...this.#chance() });
  }

  // --- alarm, outbox --------------------------------------------------------------------------

  /** Sets the alarm for what comes next. Writes only when the one that is set would come too late, or for nothing. */
  #arm(): void {
    const state = this.#state;
    if (!state || !isStarted(state)) return;
    const wanted = this.#nextLook(state);
    const current = this.#alarmAt;
    if (wanted === undefined) {
      if (current !== null) void this.ctx.storage.deleteAlarm();
      this.#alarmAt = null;
      return;
    }
    const asleep = Object.keys(state.active).length === 0 && !hasEnded(state);
    if (current !== null && current !== undefined && (asleep ? current === wanted : current <= wanted)) return;
    void this.ctx.storage.setAlarm(wanted);
    this.#alarmAt = wanted;
  }

  #nextLook(state: StartedState): number | undefined {
    const now = this.ports.now();
    if (hasEnded(state)) return this.#projected === state.seq ? undefined : now + LIMITS.leaseMs;
    if (isIdle(state)) return now;
    const looks: number[] = [];
    const due = wakeAt(state);
    if (due !== undefined) looks.push(due);
    for (const attempt of Object.values(state.active)) {
      const activity = this.#definition && activityOf(state, this.#definition, attempt.step, attempt.phase);
      looks.push(activity?.detached ? attempt.started_at + activity.timeout_ms + DETACHED_MARGIN_MS : now + LIMITS.leaseMs);
    }
    return Math.min(...looks);
  }

  /** Gives the index its row; the alarm stays set until an end has been taken. */
  async #handOver(): Promise<void> {
    const state = this.#state;
    if (!state || !isStarted(state) || this.#projected === state.seq) return;
    const { seq } = state;
    await this.ports.project({ kind: 'execution', seq, summary: summarize(state) });
    if (seq > this.#projected) this.#projected = seq;
    if (hasEnded(this.#state as StartedState)) this.#arm();
  }

  // --- reading --------------------------------------------------------------------------------

  async #load(): Promise<ExecutionState> {
    if (!this.#state) {
      const events = this.#log.load();
      if (events.length === 0) {
        this.#state = initialState;
        this.#alarmAt = null;
      } else {
        this.#state = fold(await hydrate(events, this.ports.payloads));
        this.#alarmAt = await this.ctx.storage.getAlarm();
      }
    }
    return this.#state;
  }

  async #of(tenant: string): Promise<StartedState | null> {
    const state = await this.#load();
    return isStarted(state) && state.facts.tenant_id === tenant ? state : null;
  }

  /** The definition it started with, whatever has been deployed since. */
  async #pinned(state: StartedState): Promise<Definition> {
    this.#definition ??= (await this.ports.definitions.get(state.facts.tenant_id, state.facts.definition)) ?? undefined;
    if (!this.#definition) throw new Error(`definition ${state.facts.definition} is missing`);
    return this.#definition;
  }

  #expiredGeneration(state: StartedState, request: StartRequest): number | undefined {
    const expires = state.facts.idempotency_expires_at;
    if (expires === undefined || this.ports.now() < expires) return undefined;
    const noted = this.ctx.storage.kv.get<number>('generation') ?? 0;
    return Math.max(noted, (request.generation ?? 0) + 1);
  }

  async #result(state: StartedState, withOutputs: boolean) {
    const { phase, facts } = state;
    const ended = hasEnded(state);
    const outputs: JsonObject = {};
    if (ended && withOutputs) for (const name of state.completed) outputs[name] = state.steps[name]?.output ? storedValue(state.steps[name].output) : null;
    const error = phase.kind === 'failed' ? phase.error : phase.kind === 'compensated' ? phase.saga.error : undefined;
    return {
      execution_id: facts.execution_id,
      trace_id: facts.trace_id,
      status: statusOf(state),
      ended,
      ...(phase.kind === 'completed' && phase.response ? { answer: await this.#answer(state, phase.response.step_name) } : {}),
      ...(ended && withOutputs ? { outputs } : {}),
      ...(error ? { error } : {}),
    };
  }

  /** The HTTP answer, from the recorded input of the step that responded. */
  async #answer(state: StartedState, step: string) {
    if (!this.#answerInput) {
      const inputs = this.#log.page(1, Number.MAX_SAFE_INTEGER).filter((event) => event.type === 'step.input_recorded' && event.data.step_name === step);
      [this.#answerInput] = (await hydrate(inputs.slice(-1), this.ports.payloads, true)) as [InputEvent];
    }
    return this.ports.evaluator.answer(state.steps[step]!.type, storedValue(this.#answerInput.data.input));
  }

  /** Resolves when the execution has ended, at the latest after `ms`. */
  async #ended(ms: number): Promise<void> {
    if (hasEnded(this.#state!)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  get #id(): string {
    return executionIdFromHex(this.ctx.id.toString());
  }

  #chance(): { now: number; random: number } {
    return { now: this.ports.now(), random: Math.random() };
  }
}
