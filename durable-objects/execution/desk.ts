/**
 * The desk of one execution: load, decide, commit, arm the alarm, have the effects performed, and bring each outcome back
 * as the next command. Each part of it has a file of its own; here is how they work together.
 *
 * Invariants
 * 1. Events and alarm are written in one turn without an await between: they commit together or not at all.
 * 2. An effect goes out only after the commit of its lease (the output gate holds it until it is on disk).
 * 3. The alarm is the only promise to come back. While an execution has not ended, or its end has not been
 *    handed to the queue, an alarm is set; a crash at any instant is followed by `wake()`, an ordinary command. One that fails sets
 *    the next itself: the platform rings again for some two minutes only, and a store may be away for longer.
 */
import type { LogEvent } from '#contracts/events';
import type { ExecutionStatus } from '#contracts/execution';
import { LIMITS } from '#contracts/limits';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { Order } from '#engine/commands';
import { liveMessages } from '#engine/live';
import { type ExecutionState, isStarted, type StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { isAtRest, waitsForOthers } from '#engine/wake';
import { Admission } from '#objects/execution/admission';
import { Archive, archiveAt } from '#objects/execution/archive';
import { Attempts } from '#objects/execution/attempts';
import { Calls } from '#objects/execution/calls';
import { Carriage } from '#objects/execution/carriage';
import type { Desk } from '#objects/execution/controls';
import { Crashes } from '#objects/execution/crashes';
import { End } from '#objects/execution/end';
import { waitsEnded } from '#objects/execution/event-waits';
import { History } from '#objects/execution/history';
import { hitsOf } from '#objects/execution/hold';
import { IndexRow } from '#objects/execution/index-row';
import { Leave } from '#objects/execution/leave';
import { Measuring } from '#objects/execution/measure';
import { observed } from '#objects/execution/observed';
import { Place } from '#objects/execution/place';
import type { ExecutionPorts } from '#objects/execution/ports';
import { Results } from '#objects/execution/result';
import { TimelineReads } from '#objects/execution/timeline-reads';
import { Watchdog } from '#objects/execution/watchdog';
import { Work } from '#objects/execution/work';
import { Timers } from '#objects/timers';
import type { Sql } from '#storage/event-log';

interface ReadOnly {
  ok: false;
  code: 'read_only';
  status: ExecutionStatus;
  message: string;
}

export class ExecutionDesk implements Desk {
  readonly #portsOf: () => ExecutionPorts;
  readonly carriage: Carriage;
  readonly archive: Archive;
  readonly history: History;
  readonly timeline = new TimelineReads();
  readonly measuring: Measuring;
  readonly #watchdog: Watchdog;
  readonly #timers = new Timers();
  readonly #attempts: Attempts;
  readonly #crashes: Crashes;
  readonly results = new Results();
  readonly #indexRow: IndexRow;
  readonly end: End;
  readonly #calls = new Calls();
  readonly leave: Leave;
  readonly work: Work;
  readonly admission: Admission;
  readonly place: Place;
  readonly report = (error: unknown) => console.error(JSON.stringify({ level: 'error', message: String(error), execution_id: this.id }));

  /** `portsOf`: asked for when they are needed, for the object has them only once it has been made. */
  constructor(ctx: DurableObjectState, portsOf: () => ExecutionPorts) {
    this.#portsOf = portsOf;
    this.carriage = new Carriage(ctx, () => ({
      history: this.history,
      work: this.work,
      stopAttempts: () => this.#attempts.stopAll(),
      letGo: () => this.end.come(),
    }));
    this.archive = new Archive(
      ctx.storage,
      () => this.id,
      () => this.ports,
      () => this.#watchdog.disarm(),
    );
    this.history = new History(
      ctx.storage.sql as unknown as Sql,
      () => this.ports,
      (tenant) => this.archive.log(tenant),
      () => this.carriage.isHalted,
    );
    this.measuring = new Measuring(() => this.history);
    this.#watchdog = new Watchdog(ctx.storage);
    this.#attempts = new Attempts(this.#timers.after);
    this.#crashes = new Crashes(ctx.storage);
    this.#indexRow = new IndexRow(this.#timers.after);
    this.end = new End(this.#timers.after);
    this.leave = new Leave(
      ctx,
      () => this.history,
      () => this.ports.now(),
    );
    this.work = new Work((task) => ctx.waitUntil(task), this.report);
    this.admission = new Admission(this, {
      id: () => this.id,
      isImported: () => this.history.isImported,
      gate: (name) => this.ports.gate(name),
      places: () => this.ports.places,
      placed: (quota) => this.place.granted(quota),
    });
    this.place = new Place(
      () => this.id,
      () => this.ports.places,
      this.#timers.after,
      (task) => this.work.track(task),
    );
  }

  get ports(): ExecutionPorts {
    return this.#portsOf();
  }

  get id(): string {
    return this.carriage.id;
  }

  /** As it is now, of one that has begun. */
  state(): StartedState {
    return this.history.state as StartedState;
  }

  // --- turns ----------------------------------------------------------------------------------

  /** One turn: decide, commit, then act. Resolves to whether anything came of it. */
  async submit(order: Order): Promise<boolean> {
    const command = { ...order, now: this.ports.now(), random: Math.random() };
    const { events, stored, effects, unfinished, before } = await this.history.turn(command, () => this.#arm());
    if (stored.length > 0) this.measuring.take(stored);
    if (events.length > 0) this.#after(events, before, this.history.state as StartedState);
    if (events.length > 0 && this.history.isFull && this.history.state.phase.kind === 'running') return this.submit({ type: 'overflow' });
    for (const effect of effects) this.#launch(effect);
    if (!unfinished) return events.length > 0;
    // A long run of steps without I/O lets the others of its isolate have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.submit({ type: 'proceed' });
    return true;
  }

  #after(events: LogEvent[], before: ExecutionState, state: StartedState): void {
    this.ports.publish(state.facts.tenant_id, () => liveMessages(events, before));
    this.#attempts.endStale(state);
    this.place.follow(state, this.ports.now());
    this.results.note(events, state);
    this.#indexRow.plan(state, () => this.work.track(this.#handOver()));
    this.#tell(events, before, state);
    if (!this.#calls.isSettled(state)) this.work.track(this.#calls.settle(state, this.ports.calls));
    if (hasEnded(state) || waitsForOthers(state)) this.end.come();
  }

  /** Others who have to know: the registry of waits, and whoever is told of a breakpoint. */
  #tell(events: LogEvent[], before: ExecutionState, state: StartedState): void {
    const waits = waitsEnded(events, before, state);
    if (waits.length > 0) this.work.track(this.ports.waits.remove(waits));
    for (const hit of hitsOf(events, state)) this.work.track(this.ports.announce(hit));
  }

  #launch(effect: PerformEffect): void {
    const { execution_id, tenant, step, phase, run, attempt } = effect;
    if (this.carriage.isHalting) return;
    if (effect.detached) return this.work.track(this.ports.dispatch({ execution_id, tenant, step, phase, run, attempt }));
    const report = (outcome: StepOutcome) => this.submit({ type: 'outcome', step, phase, run, attempt, outcome });
    this.work.track(this.#attempts.perform(effect, this.ports.performer, report));
  }

  /** An attempt, or a word of the gate, that was lost with an earlier instance of this object is an ordinary command. */
  async recover(): Promise<void> {
    await this.admission.settle(false).catch(this.report);
    const state = this.history.state as StartedState;
    const { isHalting, hasJustCome } = this.carriage;
    if (isHalting || hasEnded(state) || Object.keys(state.active).length === 0) return;
    const attempts = this.#attempts.lost(state, await this.history.definition(), hasJustCome ? Number.MAX_SAFE_INTEGER : this.ports.now());
    if (attempts.length > 0) await this.submit({ type: 'interrupted', attempts });
  }

  // --- alarm ----------------------------------------------------------------------------------

  /** The alarm. `isRetry`: the one before it failed. */
  async wake(isRetry: boolean): Promise<void> {
    this.#watchdog.fired();
    try {
      const state = await this.load();
      if (!isStarted(state) || this.history.isErased || this.carriage.holdsBack()) return;
      await this.leave.during(() => this.#look(isRetry));
    } catch (error) {
      this.report(error);
      this.#watchdog.again(this.ports.now(), this.#crashes.inARow);
    }
  }

  async #look(isRetry: boolean): Promise<void> {
    const crashes = await this.#crashes.begin(isRetry);
    try {
      if (crashes >= LIMITS.crashes) await this.submit({ type: 'park', reason: `It ended the runtime ${crashes} times.` });
      await this.recover();
      this.carriage.lookedAbout();
      await this.submit({ type: 'tick' });
      // The handler stays as long as work goes on: it is what keeps the object awake.
      await this.work.idle();
    } catch (error) {
      this.#crashes.failed();
      throw error;
    }
    this.#crashes.ended();
    await this.#handOver();
    const due = this.#archiveAt();
    if (due !== undefined && due <= this.ports.now()) await this.archive.seal(this.history.state as StartedState, this.history);
    else this.#arm();
  }

  #arm(): void {
    const { state, knownDefinition } = this.history;
    if (isStarted(state)) this.#watchdog.arm(state, knownDefinition, this.#isHandedOver(state) && { archiveAt: this.#archiveAt() }, this.ports.now());
  }

  #archiveAt(): number | undefined {
    const { state, knownDefinition, bytes } = this.history;
    return isStarted(state) ? archiveAt(state, knownDefinition, bytes, this.ports.retention_ms) : undefined;
  }

  #isHandedOver(state: StartedState): boolean {
    return this.#indexRow.isCurrent(state) && this.admission.hasLeft && this.#calls.isSettled(state);
  }

  /** Frees its place and gives the index its row; the alarm stays set until an end, or a rest, has been taken. */
  async #handOver(): Promise<void> {
    const { state } = this.history;
    if (!isStarted(state)) return;
    await this.admission.leave();
    await this.#calls.settle(state, this.ports.calls);
    await this.#indexRow.handOver(
      state,
      () => this.measuring.measure(),
      async (message) => this.ports.project(await observed(message, state, this.history)),
    );
    const now = this.history.state as StartedState;
    if (hasEnded(now) || isAtRest(now)) this.#arm();
  }

  // --- visits ---------------------------------------------------------------------------------

  /** From disk, where this instance has not done so yet. */
  async load(tenant?: string) {
    const state = await this.history.load(tenant);
    if (isStarted(state)) await this.#watchdog.read();
    else this.#watchdog.none();
    return state;
  }

  /** What a door does with the state, if there is an execution and it is this tenant's; else `null`. */
  async of<T>(tenant: string, visit: (state: StartedState) => T | Promise<T>): Promise<T | null> {
    const state = await this.here(tenant);
    return state && this.leave.during(() => visit(state));
  }

  /** The execution, if there is one and it is this tenant's. */
  async here(tenant: string): Promise<StartedState | null> {
    await this.load(tenant);
    return this.history.of(tenant);
  }

  /** As `of`, for what would have it go on. */
  async steer<T>(tenant: string, visit: (state: StartedState) => Promise<T>): Promise<T | ReadOnly | null> {
    return this.of<T | ReadOnly>(tenant, (state) => {
      if (!this.history.isImported) return visit(state);
      return { ok: false, code: 'read_only', status: statusOf(state), message: 'The execution was imported: it never runs.' };
    });
  }

  /** Whether nobody needs to wait for more. */
  isOver(): boolean {
    const { state } = this.history;
    return hasEnded(state) || (isStarted(state) && waitsForOthers(state));
  }
}
