/**
 * One execution: a doorman before the engine. What comes in is brought to the desk (`execution/desk.ts`).
 *
 * Invariants
 * 1. Every call names the tenant; an object of another tenant answers as one that does not exist.
 * 2. A door here is one line: what it does lies in a file of its own under `execution/`.
 */
import { DurableObject } from 'cloudflare:workers';
import type { AdmissionAnswer } from '#contracts/admission';
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
import type { LineQuery } from '#contracts/log-line';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { AgeQuery } from '#contracts/retention';
import type { StepOutcome } from '#contracts/step';
import type { SentSignal } from '#contracts/waiting';
import { isStarted } from '#engine/state';
import { describe } from '#engine/summary';
import { eraseObject } from '#objects/erasable';
import { childEnded } from '#objects/execution/calls';
import { cancel, pause, releaseKey, resume } from '#objects/execution/controls';
import { deadLetter } from '#objects/execution/dead-letter';
import { ExecutionDesk } from '#objects/execution/desk';
import { claimed } from '#objects/execution/detached';
import { exportStream } from '#objects/execution/export';
import { decideHeld, inspect } from '#objects/execution/hold';
import { readLines } from '#objects/execution/log-reads';
import { migration } from '#objects/execution/migration';
import { originOf } from '#objects/execution/origin';
import type { ExecutionPorts } from '#objects/execution/ports';
import { contextAfter, planned, readEvents, rebuild } from '#objects/execution/reads';
import { signal } from '#objects/execution/signals';
import { start } from '#objects/execution/start';

export abstract class ExecutionObjectBase<Env> extends DurableObject<Env> implements ExecutionRpc, CarriableRpc {
  protected abstract readonly ports: ExecutionPorts;

  readonly #desk = new ExecutionDesk(this.ctx, () => this.ports);

  async start(request: StartRequest): Promise<StartResult> {
    return start(this.#desk, request, () => this.ctx.storage.kv.get<number>('generation') ?? 0);
  }

  async noteGeneration(tenant: string, generation: number) {
    await this.#desk.of(tenant, () => this.ctx.storage.kv.put('generation', generation));
  }

  async summary(tenant: string) {
    return this.#desk.of(tenant, describe);
  }

  async timeline(tenant: string, query?: TimelinePartQuery) {
    return this.#desk.of(tenant, () => this.#desk.timeline.read(this.#desk.history, query));
  }

  async events(tenant: string, query: EventQuery) {
    return this.#desk.of(tenant, () => readEvents(this.#desk.history, query));
  }

  async lines(tenant: string, query: LineQuery) {
    return this.#desk.of(tenant, (state) => readLines(state, this.#desk.history, query));
  }

  async rebuild(tenant: string) {
    return this.#desk.of(tenant, (state) => rebuild(state, this.#desk.history, this.ports));
  }

  async origin(tenant: string, query: OriginQuery) {
    return this.#desk.of(tenant, () => originOf(this.#desk.history.page(), query, this.ports.payloads));
  }

  async compensationPlan(tenant: string) {
    return this.#desk.of(tenant, (state) => planned(state, this.#desk.history, this.ports));
  }

  async export(tenant: string) {
    return this.#desk.of(tenant, () =>
      this.#desk.history.isImported ? this.#desk.archive.file(tenant) : exportStream(tenant, this.#desk.history, this.ports, this.#desk.leave.visit()),
    );
  }

  async measure(tenant: string) {
    return this.#desk.of(tenant, () => this.#desk.measuring.measure());
  }

  async context(tenant: string, after?: number) {
    return this.#desk.of(tenant, (state) =>
      after === undefined ? inspect(state, this.#desk.history, this.ports) : contextAfter(after, this.#desk.history, this.ports),
    );
  }

  async cancel(tenant: string, order: { reason?: string; by: string }) {
    return this.#desk.steer(tenant, (state) => cancel(state, order, this.#desk));
  }

  async pause(tenant: string, order: { reason?: string; by: string }) {
    return this.#desk.steer(tenant, (state) => pause(state, order, this.#desk));
  }

  async hold(tenant: string, order: HoldOrder) {
    return this.#desk.steer(tenant, (state) => decideHeld(state, order, this.#desk.history, this.ports, this.#desk));
  }

  async signal(tenant: string, sent: SentSignal) {
    return this.#desk.steer(tenant, (state) => signal(state, sent, this.#desk.history, this.ports.evaluator, this.#desk));
  }

  async resume(tenant: string, order: { by: string }) {
    return this.#desk.steer(tenant, (state) => resume(state, order, this.#desk));
  }

  async releaseKey(tenant: string, order: { reason?: string; by: string }) {
    return this.#desk.steer(tenant, (state) => releaseKey(state, order, this.#desk, this.ports.now()));
  }

  async childEnded(tenant: string, report: CallReport) {
    await this.#desk.of(tenant, (state) => (this.#desk.history.isImported ? undefined : childEnded(state, report, this.#desk)));
  }

  async admit(tenant: string, answer: AdmissionAnswer) {
    await this.#desk.of(tenant, async () => {
      if (answer.kind === 'granted' && answer.of === 'quota') await this.#desk.admission.come();
      else await this.#desk.submit({ type: 'admission', answer, run: false });
    });
  }

  async migration(tenant: string, target: MigrationTarget) {
    return this.#desk.of(tenant, (state) => migration(state, target, this.#desk.history, this.#desk, this.ports));
  }

  async deadLetter(tenant: string, order?: DeadLetterOrder) {
    return this.#desk.of(tenant, () => deadLetter(this.#desk, order));
  }

  async claim(tenant: string, order: DetachedOrder) {
    return this.#desk.of(tenant, (state) => {
      if (this.#desk.carriage.isHalting) throw new Problem('tenant_moving');
      return this.#desk.history.isImported ? null : claimed(state, order, this.#desk.history);
    });
  }

  async deliver(tenant: string, report: DetachedOrder & { outcome: StepOutcome }) {
    await this.#desk.of(tenant, () => (this.#desk.history.isImported ? undefined : this.#desk.submit({ type: 'outcome', ...report })));
    await this.#desk.work.idle();
  }

  override alarm(info?: AlarmInvocationInfo): Promise<void> {
    return this.#desk.wake(info?.isRetry ?? false);
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return this.#desk.carriage.take(order);
  }

  async age(tenant: string, query: AgeQuery) {
    const { alias } = this.#desk.carriage;
    if (alias !== undefined) return { elsewhere: alias };
    const state = await this.#desk.here(tenant);
    return state && this.#desk.leave.age(state, query);
  }

  async eraseOld(tenant: string, query: AgeQuery): Promise<boolean> {
    const state = await this.#desk.here(tenant);
    const age = state && (await this.#desk.leave.age(state, query));
    // From here on without an await: nobody comes between the look and the end.
    if (age && (!age.is_old || this.#desk.leave.isVisited)) return false;
    if (age) await this.#desk.leave.go(() => this.#desk.admission.abandon());
    else await this.erase(tenant);
    return true;
  }

  /** Everything of it goes, whatever it is doing. An archive lies elsewhere. */
  async erase(tenant: string): Promise<void> {
    const state = await this.#desk.history.load();
    if (!isStarted(state) && this.#desk.carriage.hasRecord) return eraseObject(this.ctx);
    if (!isStarted(state) || state.facts.tenant_id !== tenant) return;
    this.#desk.history.erase();
    await this.#desk.history.settled();
    await this.#desk.admission.abandon();
    await eraseObject(this.ctx);
  }
}
