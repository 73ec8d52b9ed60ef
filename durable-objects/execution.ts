/**
 * One execution: a doorman before the engine. Load, decide, commit, arm the alarm, have the effects
 * performed, and bring each outcome back as the next command.
 *
 * Invariants
 * 1. Events and alarm are written in one turn without an await between: they commit together or not at all.
 * 2. An effect goes out only after the commit of its lease (the output gate holds it until it is on disk).
 * 3. The alarm is the only promise to come back. While an execution has not ended, or its end has not been
 *    handed to the queue, an alarm is set; a crash at any instant is followed by `alarm()`, an ordinary command. One that fails sets
 *    the next itself: the platform rings again for some two minutes only, and a store may be away for longer.
 * 4. Every call names the tenant; an object of another tenant answers as one that does not exist.
 * 5. A door here is one line: what it does lies in a file of its own under `execution/`.
 */
import { DurableObject } from 'cloudflare:workers';
import type { AdmissionAnswer, AdmissionRequest } from '#contracts/admission';
import type { LogEvent } from '#contracts/events';
import type { ExecutionStatus } from '#contracts/execution';
import type {
  CallReport,
  DeadLetterOrder,
  DetachedOrder,
  EventQuery,
  ExecutionRpc,
  HoldOrder,
  MigrationTarget,
  OriginQuery,
  StartRequest,
  StartResult,
  TimelinePartQuery,
} from '#contracts/execution-rpc';
import { LIMITS } from '#contracts/limits';
import type { LineQuery } from '#contracts/log-line';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { AgeQuery } from '#contracts/retention';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { SentSignal } from '#contracts/waiting';
import type { Order } from '#engine/commands';
import { liveMessages } from '#engine/live';
import { type ExecutionState, isStarted, type StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { describe } from '#engine/summary';
import { isAtRest, waitsForOthers } from '#engine/wake';
import { eraseObject } from '#objects/erasable';
import { Admission } from '#objects/execution/admission';
import { Archive, archiveAt } from '#objects/execution/archive';
import { Attempts } from '#objects/execution/attempts';
import { Calls, childEnded } from '#objects/execution/calls';
import { Carriage } from '#objects/execution/carriage';
import { cancel, type Desk, pause, releaseKey, resume } from '#objects/execution/controls';
import { Crashes } from '#objects/execution/crashes';
import { deadLetter } from '#objects/execution/dead-letter';
import { claimed } from '#objects/execution/detached';
import { End } from '#objects/execution/end';
import { waitsEnded } from '#objects/execution/event-waits';
import { exportStream } from '#objects/execution/export';
import { History } from '#objects/execution/history';
import { decideHeld, hitsOf, inspect } from '#objects/execution/hold';
import { IndexRow } from '#objects/execution/index-row';
import { Leave } from '#objects/execution/leave';
import { readLines } from '#objects/execution/log-reads';
import { Measuring } from '#objects/execution/measure';
import { migration } from '#objects/execution/migration';
import { observed } from '#objects/execution/observed';
import { originOf } from '#objects/execution/origin';
import { Place } from '#objects/execution/place';
import type { ExecutionPorts } from '#objects/execution/ports';
import { contextAfter, planned, readEvents, rebuild } from '#objects/execution/reads';
import { Results } from '#objects/execution/result';
import { signal } from '#objects/execution/signals';
import { TimelineReads } from '#objects/execution/timeline-reads';
import { Watchdog } from '#objects/execution/watchdog';
import { Work } from '#objects/execution/work';
import { Timers } from '#objects/timers';
import type { Sql } from '#storage/event-log';
import { loaded } from '#storage/payloads';

interface ReadOnly {
  ok: false;
  code: 'read_only';
  status: ExecutionStatus;
  message: string;
}

/** Of a pipeline without a gate, whose execution waits for its quota. */
const NO_GATE: AdmissionRequest = { on_conflict: 'queue', priority: 0 };

export abstract class ExecutionObjectBase<Env> extends DurableObject<Env> implements ExecutionRpc, CarriableRpc {
  protected abstract readonly ports: ExecutionPorts;

  readonly #carriage: Carriage = new Carriage(this.ctx, () => ({
    history: this.#history,
    work: this.#work,
    stopAttempts: () => this.#attempts.stopAll(),
    letGo: () => this.#end.come(),
  }));
  readonly #archive = new Archive(
    this.ctx.storage,
    () => this.#id,
    () => this.ports,
    () => this.#watchdog.disarm(),
  );
  readonly #history = new History(
    this.ctx.storage.sql as unknown as Sql,
    () => this.ports,
    (tenant) => this.#archive.log(tenant),
    () => this.#carriage.isHalted,
  );
  readonly #timeline = new TimelineReads();
  readonly #measuring = new Measuring(() => this.#history);
  readonly #watchdog = new Watchdog(this.ctx.storage);
  readonly #timers = new Timers();
  readonly #attempts = new Attempts(this.#timers.after);
  readonly #crashes = new Crashes(this.ctx.storage);
  readonly #results = new Results();
  readonly #indexRow = new IndexRow(this.#timers.after);
  readonly #end = new End(this.#timers.after);
  readonly #calls = new Calls();
  readonly #leave = new Leave(
    this.ctx,
    () => this.#history,
    () => this.ports.now(),
  );
  readonly #report = (error: unknown) => console.error(JSON.stringify({ level: 'error', message: String(error), execution_id: this.#id }));
  readonly #work = new Work((task) => this.ctx.waitUntil(task), this.#report);
  readonly #desk: Desk = {
    state: () => this.#history.state as StartedState,
    recover: () => this.#recover(),
    submit: (order) => this.#submit(order),
  };

  readonly #admission = new Admission(this.#desk, {
    id: () => this.#id,
    isImported: () => this.#history.isImported,
    gate: (name) => this.ports.gate(name),
    places: () => this.ports.places,
    placed: (quota) => this.#place.granted(quota),
  });
  readonly #place = new Place(
    () => this.#id,
    () => this.ports.places,
    this.#timers.after,
    (task) => this.#work.track(task),
  );

  // --- doors ----------------------------------------------------------------------------------

  async start(request: StartRequest): Promise<StartResult> {
    const { wait_ms, with_outputs, recorded, bounds, ...facts } = request;
    const { tenant, definition } = request;
    // The record lies with its origin; this execution keeps it in its own log.
    const record = recorded && { recorded: await loaded(recorded, tenant, this.ports.payloads) };
    const { alias } = this.#carriage;
    if (alias !== undefined) return { kind: 'elsewhere', execution_id: alias };
    if (this.#history.isErased) throw this.#leave.refusal();
    if (!isStarted(await this.#load()) && !(await this.#history.adopt(tenant, definition))) {
      throw new Problem('unknown_workflow', `The definition ${definition} is not stored in this region.`);
    }
    const { state } = this.#history;
    let begun = false;
    if (isStarted(state)) {
      const expired = this.#expiredGeneration(state, request);
      if (expired !== undefined) {
        this.#leave.ledOn();
        return { kind: 'expired', generation: expired };
      }
      await this.#recover();
    } else {
      const place = bounds && (await this.#place.take(bounds, facts.admission?.key ?? `${facts.workflow}.${facts.pipeline}`));
      if (place && 'refused' in place) return { kind: 'full', ...place.refused };
      // Of several that come at once, one begins it.
      begun = await this.#submit({
        type: 'start',
        execution_id: this.#id,
        request: { ...facts, ...record, ...(place ? { admission: { ...(facts.admission ?? NO_GATE), quota: place.waits } } : {}) },
        run: wait_ms > 0,
      });
      // Refused by the engine, it is not there, and needs no place.
      if (!isStarted(this.#history.state)) this.#place.free();
    }
    await this.#admission.settle(wait_ms > 0).catch(this.#report);
    if (wait_ms > 0 && !this.#isOver()) await this.#end.within(wait_ms);
    return { kind: begun ? 'started' : 'existing', ...(await this.#results.of(this.#history, this.ports.evaluator, with_outputs ?? false)) };
  }

  async noteGeneration(tenant: string, generation: number) {
    await this.#of(tenant, () => this.ctx.storage.kv.put('generation', generation));
  }

  async summary(tenant: string) {
    return this.#of(tenant, describe);
  }

  async timeline(tenant: string, query?: TimelinePartQuery) {
    return this.#of(tenant, () => this.#timeline.read(this.#history, query));
  }

  async events(tenant: string, query: EventQuery) {
    return this.#of(tenant, () => readEvents(this.#history, query));
  }

  async lines(tenant: string, query: LineQuery) {
    return this.#of(tenant, (state) => readLines(state, this.#history, query));
  }

  async rebuild(tenant: string) {
    return this.#of(tenant, (state) => rebuild(state, this.#history, this.ports));
  }

  async origin(tenant: string, query: OriginQuery) {
    return this.#of(tenant, () => originOf(this.#history.page(), query, this.ports.payloads));
  }

  async compensationPlan(tenant: string) {
    return this.#of(tenant, (state) => planned(state, this.#history, this.ports));
  }

  async export(tenant: string) {
    return this.#of(tenant, () =>
      this.#history.isImported ? this.#archive.file(tenant) : exportStream(tenant, this.#history, this.ports, this.#leave.visit()),
    );
  }

  async measure(tenant: string) {
    return this.#of(tenant, () => this.#measuring.measure());
  }

  async context(tenant: string, after?: number) {
    return this.#of(tenant, (state) => (after === undefined ? inspect(state, this.#history, this.ports) : contextAfter(after, this.#history, this.ports)));
  }

  async cancel(tenant: string, order: { reason?: string; by: string }) {
    return this.#steer(tenant, (state) => cancel(state, order, this.#desk));
  }

  async pause(tenant: string, order: { reason?: string; by: string }) {
    return this.#steer(tenant, (state) => pause(state, order, this.#desk));
  }

  async hold(tenant: string, order: HoldOrder) {
    return this.#steer(tenant, (state) => decideHeld(state, order, this.#history, this.ports, this.#desk));
  }

  async signal(tenant: string, sent: SentSignal) {
    return this.#steer(tenant, (state) => signal(state, sent, this.#history, this.ports.evaluator, this.#desk));
  }

  async resume(tenant: string, order: { by: string }) {
    return this.#steer(tenant, (state) => resume(state, order, this.#desk));
  }

  async releaseKey(tenant: string, order: { reason?: string; by: string }) {
    return this.#steer(tenant, (state) => releaseKey(state, order, this.#desk, this.ports.now()));
  }

  async childEnded(tenant: string, report: CallReport) {
    await this.#of(tenant, (state) => (this.#history.isImported ? undefined : childEnded(state, report, this.#desk)));
  }

  async admit(tenant: string, answer: AdmissionAnswer) {
    await this.#of(tenant, async () => {
      if (answer.kind === 'granted' && answer.of === 'quota') await this.#admission.come();
      else await this.#submit({ type: 'admission', answer, run: false });
    });
  }

  async migration(tenant: string, target: MigrationTarget) {
    return this.#of(tenant, (state) => migration(state, target, this.#history, this.#desk, this.ports));
  }

  async deadLetter(tenant: string, order?: DeadLetterOrder) {
    return this.#of(tenant, () => deadLetter(this.#desk, order));
  }

  async claim(tenant: string, order: DetachedOrder) {
    return this.#of(tenant, (state) => {
      if (this.#carriage.isHalting) throw new Problem('tenant_moving');
      return this.#history.isImported ? null : claimed(state, order, this.#history);
    });
  }

  async deliver(tenant: string, report: DetachedOrder & { outcome: StepOutcome }) {
    await this.#of(tenant, () => (this.#history.isImported ? undefined : this.#submit({ type: 'outcome', ...report })));
    await this.#work.idle();
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#watchdog.fired();
    try {
      const state = await this.#load();
      if (!isStarted(state) || this.#history.isErased || this.#carriage.holdsBack()) return;
      await this.#leave.during(() => this.#look(info?.isRetry ?? false));
    } catch (error) {
      this.#report(error);
      this.#watchdog.again(this.ports.now(), this.#crashes.inARow);
    }
  }

  async #look(isRetry: boolean): Promise<void> {
    const crashes = await this.#crashes.begin(isRetry);
    try {
      if (crashes >= LIMITS.crashes) await this.#submit({ type: 'park', reason: `It ended the runtime ${crashes} times.` });
      await this.#recover();
      this.#carriage.lookedAbout();
      await this.#submit({ type: 'tick' });
      // The handler stays as long as work goes on: it is what keeps the object awake.
      await this.#work.idle();
    } catch (error) {
      this.#crashes.failed();
      throw error;
    }
    this.#crashes.ended();
    await this.#handOver();
    const due = this.#archiveAt();
    if (due !== undefined && due <= this.ports.now()) await this.#archive.seal(this.#history.state as StartedState, this.#history);
    else this.#arm();
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return this.#carriage.take(order);
  }

  async age(tenant: string, query: AgeQuery) {
    const { alias } = this.#carriage;
    if (alias !== undefined) return { elsewhere: alias };
    const state = await this.#here(tenant);
    return state && this.#leave.age(state, query);
  }

  async eraseOld(tenant: string, query: AgeQuery): Promise<boolean> {
    const state = await this.#here(tenant);
    const age = state && (await this.#leave.age(state, query));
    // From here on without an await: nobody comes between the look and the end.
    if (age && (!age.is_old || this.#leave.isVisited)) return false;
    if (age) await this.#leave.go(() => this.#admission.abandon());
    else await this.erase(tenant);
    return true;
  }

  /** Everything of it goes, whatever it is doing. An archive lies elsewhere. */
  async erase(tenant: string): Promise<void> {
    const state = await this.#history.load();
    if (!isStarted(state) && this.#carriage.hasRecord) return eraseObject(this.ctx);
    if (!isStarted(state) || state.facts.tenant_id !== tenant) return;
    this.#history.erase();
    await this.#history.settled();
    await this.#admission.abandon();
    await eraseObject(this.ctx);
  }

  // --- turns ----------------------------------------------------------------------------------

  /** One turn: decide, commit, then act. Resolves to whether anything came of it. */
  async #submit(order: Order): Promise<boolean> {
    const command = { ...order, now: this.ports.now(), random: Math.random() };
    const { events, stored, effects, unfinished, before } = await this.#history.turn(command, () => this.#arm());
    if (stored.length > 0) this.#measuring.take(stored);
    if (events.length > 0) this.#after(events, before, this.#history.state as StartedState);
    if (events.length > 0 && this.#history.isFull && this.#history.state.phase.kind === 'running') return this.#submit({ type: 'overflow' });
    for (const effect of effects) this.#launch(effect);
    if (!unfinished) return events.length > 0;
    // A long run of steps without I/O lets the others of its isolate have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.#submit({ type: 'proceed' });
    return true;
  }

  #after(events: LogEvent[], before: ExecutionState, state: StartedState): void {
    this.ports.publish(state.facts.tenant_id, () => liveMessages(events, before));
    this.#attempts.endStale(state);
    this.#place.follow(state, this.ports.now());
    this.#results.note(events, state);
    this.#indexRow.plan(state, () => this.#work.track(this.#handOver()));
    this.#tell(events, before, state);
    if (!this.#calls.isSettled(state)) this.#work.track(this.#calls.settle(state, this.ports.calls));
    if (hasEnded(state) || waitsForOthers(state)) this.#end.come();
  }

  /** Others who have to know: the registry of waits, and whoever is told of a breakpoint. */
  #tell(events: LogEvent[], before: ExecutionState, state: StartedState): void {
    const waits = waitsEnded(events, before, state);
    if (waits.length > 0) this.#work.track(this.ports.waits.remove(waits));
    for (const hit of hitsOf(events, state)) this.#work.track(this.ports.announce(hit));
  }

  #launch(effect: PerformEffect): void {
    const { execution_id, tenant, step, phase, run, attempt } = effect;
    if (this.#carriage.isHalting) return;
    if (effect.detached) return this.#work.track(this.ports.dispatch({ execution_id, tenant, step, phase, run, attempt }));
    const report = (outcome: StepOutcome) => this.#submit({ type: 'outcome', step, phase, run, attempt, outcome });
    this.#work.track(this.#attempts.perform(effect, this.ports.performer, report));
  }

  /** An attempt, or a word of the gate, that was lost with an earlier instance of this object is an ordinary command. */
  async #recover(): Promise<void> {
    await this.#admission.settle(false).catch(this.#report);
    const state = this.#history.state as StartedState;
    const { isHalting, hasJustCome } = this.#carriage;
    if (isHalting || hasEnded(state) || Object.keys(state.active).length === 0) return;
    const attempts = this.#attempts.lost(state, await this.#history.definition(), hasJustCome ? Number.MAX_SAFE_INTEGER : this.ports.now());
    if (attempts.length > 0) await this.#submit({ type: 'interrupted', attempts });
  }

  // --- state, alarm, index --------------------------------------------------------------------

  get #id(): string {
    return this.#carriage.id;
  }

  async #load(tenant?: string) {
    const state = await this.#history.load(tenant);
    if (isStarted(state)) await this.#watchdog.read();
    else this.#watchdog.none();
    return state;
  }

  /** What a door does with the state, if there is an execution and it is this tenant's; else `null`. */
  async #of<T>(tenant: string, visit: (state: StartedState) => T | Promise<T>): Promise<T | null> {
    const state = await this.#here(tenant);
    return state && this.#leave.during(() => visit(state));
  }

  async #here(tenant: string): Promise<StartedState | null> {
    await this.#load(tenant);
    return this.#history.of(tenant);
  }

  /** As `#of`, for what would have it go on. */
  async #steer<T>(tenant: string, visit: (state: StartedState) => Promise<T>): Promise<T | ReadOnly | null> {
    return this.#of<T | ReadOnly>(tenant, (state) => {
      if (!this.#history.isImported) return visit(state);
      return { ok: false, code: 'read_only', status: statusOf(state), message: 'The execution was imported: it never runs.' };
    });
  }

  /** Whether nobody needs to wait for more. */
  #isOver(): boolean {
    const { state } = this.#history;
    return hasEnded(state) || (isStarted(state) && waitsForOthers(state));
  }

  #arm(): void {
    const { state, knownDefinition } = this.#history;
    if (isStarted(state)) this.#watchdog.arm(state, knownDefinition, this.#isHandedOver(state) && { archiveAt: this.#archiveAt() }, this.ports.now());
  }

  #archiveAt(): number | undefined {
    const { state, knownDefinition, bytes } = this.#history;
    return isStarted(state) ? archiveAt(state, knownDefinition, bytes, this.ports.retention_ms) : undefined;
  }

  #isHandedOver(state: StartedState): boolean {
    return this.#indexRow.isCurrent(state) && this.#admission.hasLeft && this.#calls.isSettled(state);
  }

  /** Frees its place and gives the index its row; the alarm stays set until an end, or a rest, has been taken. */
  async #handOver(): Promise<void> {
    const { state } = this.#history;
    if (!isStarted(state)) return;
    await this.#admission.leave();
    await this.#calls.settle(state, this.ports.calls);
    await this.#indexRow.handOver(
      state,
      () => this.#measuring.measure(),
      async (message) => this.ports.project(await observed(message, state, this.#history)),
    );
    const now = this.#history.state as StartedState;
    if (hasEnded(now) || isAtRest(now)) this.#arm();
  }

  #expiredGeneration(state: StartedState, request: StartRequest): number | undefined {
    const expires = state.facts.idempotency_expires_at;
    if (expires === undefined || this.ports.now() < expires) return undefined;
    const noted = this.ctx.storage.kv.get<number>('generation') ?? 0;
    return Math.max(noted, (request.generation ?? 0) + 1);
  }
}
