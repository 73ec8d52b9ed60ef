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
import type { LogEvent } from '#contracts/events';
import type { ExecutionSummary, Timeline } from '#contracts/execution';
import type {
  ControlResult,
  DetachedOrder,
  EventPage,
  EventQuery,
  ExecutionRpc,
  Origin,
  OriginQuery,
  StartRequest,
  StartResult,
} from '#contracts/execution-rpc';
import { executionIdFromHex } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Command } from '#engine/commands';
import { activityOf, effectOf } from '#engine/effect';
import { liveMessages } from '#engine/live';
import { differences } from '#engine/rebuild';
import { type ExecutionState, hasEnded, isActive, isStarted, type StartedState, statusOf } from '#engine/state';
import { summarize } from '#engine/summary';
import { buildTimeline } from '#engine/timeline';
import { Attempts } from '#objects/execution/attempts';
import { History } from '#objects/execution/history';
import { originOf } from '#objects/execution/origin';
import type { ExecutionPorts } from '#objects/execution/ports';
import { Results } from '#objects/execution/result';
import { Watchdog } from '#objects/execution/watchdog';
import type { Sql } from '#storage/event-log';
import { loaded } from '#storage/payloads';

/** A run that takes longer than this shows up in the index before it ends, ms. */
const SHOW_AFTER_MS = 500;

export abstract class ExecutionObjectBase<Env> extends DurableObject<Env> implements ExecutionRpc {
  protected abstract readonly ports: ExecutionPorts;

  readonly #history = new History(this.ctx.storage.sql as unknown as Sql, () => this.ports);
  readonly #watchdog = new Watchdog(this.ctx.storage);
  readonly #attempts = new Attempts();
  readonly #results = new Results();
  /** Work that has not come to its end. */
  #work: Promise<void> = Promise.resolve();
  /** Sequence number up to which the index has been handed the row. */
  #projected = 0;
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #waiters: (() => void)[] = [];

  // --- doors ----------------------------------------------------------------------------------

  async start(request: StartRequest): Promise<StartResult> {
    const { wait_ms, with_outputs, recorded, ...facts } = request;
    const { tenant, definition } = request;
    // The record lies with its origin; this execution keeps it in its own log.
    const record = recorded && { recorded: await loaded(recorded, tenant, this.ports.payloads) };
    if (!isStarted(await this.#load()) && !(await this.#history.adopt(tenant, definition))) {
      throw new Problem('unknown_workflow', `The definition ${definition} is not stored in this region.`);
    }
    const { state } = this.#history;
    if (isStarted(state)) {
      const expired = this.#expiredGeneration(state, request);
      if (expired !== undefined) return { kind: 'expired', generation: expired };
      await this.#recover();
    } else {
      await this.#submit({
        type: 'start',
        execution_id: executionIdFromHex(this.ctx.id.toString()),
        request: { ...facts, ...record },
        run: wait_ms > 0,
        ...this.#chance(),
      });
    }
    if (wait_ms > 0) await this.#ended(wait_ms);
    return { kind: isStarted(state) ? 'existing' : 'started', ...(await this.#results.of(this.#history, this.ports.evaluator, with_outputs ?? false)) };
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
    const definition = hasEnded(state) ? undefined : await this.#history.definition();
    return buildTimeline(this.#history.page(), definition?.pipelines[state.facts.pipeline]);
  }

  async events(tenant: string, { from = 1, limit, types }: EventQuery): Promise<EventPage | null> {
    if (!(await this.#of(tenant))) return null;
    const items: LogEvent[] = [];
    let next = from;
    while (items.length < limit && next <= this.#history.length) {
      for (const event of this.#history.page(next, LIMITS.eventsMax)) {
        next = event.seq + 1;
        if (!types || types.includes(event.type)) items.push(event);
        if (items.length === limit) break;
      }
    }
    return { items, next: next <= this.#history.length ? next : null };
  }

  async cancel(tenant: string, order: { reason?: string; by: string }): Promise<ControlResult | null> {
    const state = await this.#of(tenant);
    if (!state) return null;
    if (hasEnded(state)) return { ok: false, code: 'execution_finished', status: statusOf(state) };
    await this.#recover();
    await this.#submit({ type: 'cancel', ...order, ...this.#chance() });
    return { ok: true, status: statusOf(this.#history.state) };
  }

  async resume(tenant: string, order: { by: string }): Promise<ControlResult | null> {
    const state = await this.#of(tenant);
    if (!state) return null;
    if (state.phase.kind !== 'failed' || !state.phase.saga) {
      return { ok: false, code: hasEnded(state) ? 'execution_finished' : 'not_resumable', status: statusOf(state) };
    }
    await this.#submit({ type: 'resume', ...order, ...this.#chance() });
    return { ok: true, status: statusOf(this.#history.state) };
  }

  async rebuild(tenant: string) {
    const state = await this.#of(tenant);
    if (!state) return null;
    const folded = await this.#history.foldAnew();
    const { paths, hash } = await differences(state, folded);
    // The index is a fold as well: its row is handed over anew.
    await this.ports.project({ kind: 'execution', seq: state.seq, summary: summarize(state) });
    return { equal: paths.length === 0, events: folded.seq, status: statusOf(folded), state_hash: hash, differences: paths };
  }

  async origin(tenant: string, query: OriginQuery): Promise<Origin | null> {
    return (await this.#of(tenant)) && originOf(this.#history.page(), query, this.ports.payloads);
  }

  async claim(tenant: string, order: DetachedOrder): Promise<PerformEffect | null> {
    const state = await this.#of(tenant);
    if (!state || !isActive(state, order)) return null;
    const { step, phase } = order;
    const definition = await this.#history.definition();
    const activity = activityOf(state, definition, step, phase);
    return activity ? effectOf(state, definition.pipelines[state.facts.pipeline]!, activity, step, phase) : null;
  }

  async deliver(tenant: string, report: DetachedOrder & { outcome: StepOutcome }): Promise<void> {
    if (!(await this.#of(tenant))) return;
    await this.#submit({ type: 'outcome', ...report, ...this.#chance() });
    await this.#idle();
  }

  override async alarm(): Promise<void> {
    this.#watchdog.fired();
    if (!isStarted(await this.#load())) return;
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
    const { events, effects, unfinished, before } = await this.#history.turn(command, () => this.#arm());
    if (events.length > 0) this.#after(events, before, this.#history.state as StartedState);
    if (events.length > 0 && this.#history.isFull && this.#history.state.phase.kind === 'running') return this.#submit({ type: 'overflow', ...this.#chance() });
    for (const effect of effects) this.#launch(effect);
    if (!unfinished) return;
    // A long run of steps without I/O lets the others of its isolate have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.#submit({ type: 'proceed', ...this.#chance() });
  }

  #after(events: LogEvent[], before: ExecutionState, state: StartedState): void {
    this.ports.publish(state.facts.tenant_id, () => liveMessages(events, before));
    this.#attempts.abortStale(state);
    this.#results.note(events, state);
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
    const { execution_id, tenant, step, phase, run, attempt } = effect;
    if (effect.detached) return this.#track(this.ports.dispatch({ execution_id, tenant, step, phase, run, attempt }));
    const report = (outcome: StepOutcome) => this.#submit({ type: 'outcome', step, phase, run, attempt, outcome, ...this.#chance() });
    this.#track(this.#attempts.perform(effect, this.ports.performer, report));
  }

  /** An attempt that was lost with an earlier instance of this object is an ordinary command. */
  async #recover(): Promise<void> {
    const state = this.#history.state as StartedState;
    if (hasEnded(state) || Object.keys(state.active).length === 0) return;
    const attempts = this.#attempts.lost(state, await this.#history.definition(), this.ports.now());
    if (attempts.length > 0) await this.#submit({ type: 'interrupted', attempts, ...this.#chance() });
  }

  /** Work that the object waits for before it lets go; a failure is not lost, the alarm comes back to it. */
  #track(task: Promise<void>): void {
    const id = this.ctx.id.toString();
    const guarded = task.catch((error: unknown) =>
      console.error(JSON.stringify({ level: 'error', message: String(error), execution_id: executionIdFromHex(id) })),
    );
    this.#work = Promise.all([this.#work, guarded]).then(() => undefined);
    this.ctx.waitUntil(guarded);
  }

  async #idle(): Promise<void> {
    for (let work: Promise<void> | undefined; work !== this.#work; ) {
      work = this.#work;
      await work;
    }
  }

  // --- alarm, index, waiting ------------------------------------------------------------------

  #arm(): void {
    const { state, knownDefinition } = this.#history;
    if (isStarted(state)) this.#watchdog.arm(state, knownDefinition, this.#projected === state.seq, this.ports.now());
  }

  /** Gives the index its row; the alarm stays set until an end has been taken. */
  async #handOver(): Promise<void> {
    const { state } = this.#history;
    if (!isStarted(state) || this.#projected === state.seq) return;
    const { seq } = state;
    await this.ports.project({ kind: 'execution', seq, summary: summarize(state) });
    if (seq > this.#projected) this.#projected = seq;
    if (hasEnded(this.#history.state)) this.#arm();
  }

  async #load() {
    const state = await this.#history.load();
    if (isStarted(state)) await this.#watchdog.read();
    else this.#watchdog.none();
    return state;
  }

  async #of(tenant: string): Promise<StartedState | null> {
    await this.#load();
    return this.#history.of(tenant);
  }

  #expiredGeneration(state: StartedState, request: StartRequest): number | undefined {
    const expires = state.facts.idempotency_expires_at;
    if (expires === undefined || this.ports.now() < expires) return undefined;
    const noted = this.ctx.storage.kv.get<number>('generation') ?? 0;
    return Math.max(noted, (request.generation ?? 0) + 1);
  }

  /** Resolves when the execution has ended, at the latest after `ms`. */
  async #ended(ms: number): Promise<void> {
    if (hasEnded(this.#history.state)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #chance(): { now: number; random: number } {
    return { now: this.ports.now(), random: Math.random() };
  }
}
