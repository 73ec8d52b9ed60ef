/**
 * An execution on its way to another region: brought to a halt, carried as it is, going on where it stood.
 *
 * 1. Halted, it appends nothing: whoever brings it something is refused, keeps it, and comes again, here or there.
 * 2. A call that is under way may come to its end first. What has not by then was lost with this instance, as after a
 *    crash: it is made again under the same key.
 * 3. It keeps its id, though its object has another one.
 */
import { gateName } from '#contracts/admission';
import { executionIdFromHex } from '#contracts/ids';
import type { CarriedNames, CarryAnswers, CarryOrder } from '#contracts/moving';
import { type ExecutionState, isStarted, type StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { type CarriedRecord, carriedRecord, carry, isHeldBack, keepCarriedRecord } from '#objects/carried';
import type { History } from '#objects/execution/history';
import type { Work } from '#objects/execution/work';

/** How long calls that are under way may take to end, ms. */
const DRAIN_MS = 15_000;

export interface CarriageSite {
  history: History;
  work: Work;
  /** Ends the attempts that are under way. */
  stopAttempts(): void;
  /** Whoever waits for its end goes away with what there is. */
  letGo(): void;
}

export class Carriage {
  readonly #ctx: DurableObjectState;
  readonly #site: () => CarriageSite;
  #known: CarriedRecord | undefined;
  #isHalting = false;
  #ownId: string | undefined;

  constructor(ctx: DurableObjectState, site: () => CarriageSite) {
    this.#ctx = ctx;
    this.#site = site;
  }

  /** Who it is, wherever it was made. */
  get id(): string {
    this.#ownId ??= executionIdFromHex(this.#ctx.id.toString());
    return this.#record.id ?? this.#ownId;
  }

  /** Under this name another execution is asked for. */
  get alias(): string | undefined {
    return this.#record.alias;
  }

  /** Whether there is something of it that no log says. */
  get hasRecord(): boolean {
    return Object.keys(this.#record).length > 0;
  }

  /** Nothing goes out any more. */
  get isHalting(): boolean {
    return this.#isHalting || this.isHalted;
  }

  get isHalted(): boolean {
    return this.#record.still !== undefined;
  }

  /** Whether what is under way in the queue can never report here: true once, after it has come. */
  get hasJustCome(): boolean {
    return this.#record.arrived === true;
  }

  lookedAbout(): void {
    if (!this.#record.arrived) return;
    const { arrived: _, ...record } = this.#record;
    this.#keep(record);
  }

  async take<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    const { history } = this.#site();
    if (order.do === 'names') return (await this.#names(order.tenant)) as CarryAnswers[O['do']];
    const halts = order.do === 'still' || (order.do === 'pack' && order.from === null);
    const isNews = halts && (await this.#halt(await history.load()));
    const answer = await carry(this.#ctx, order);
    this.#known = undefined;
    if (order.do === 'wake') this.#goOn(await history.load(), order.tell ?? false);
    return order.do === 'still' ? ((isNews || answer) as CarryAnswers[O['do']]) : answer;
  }

  /** For an alarm that has gone off. */
  holdsBack(): boolean {
    return this.isHalted && isHeldBack(this.#ctx);
  }

  /** Whether it ran until now. */
  async #halt(state: ExecutionState): Promise<boolean> {
    if (this.isHalted || !isStarted(state) || hasEnded(state)) return false;
    const { work, history, stopAttempts, letGo } = this.#site();
    this.#isHalting = true;
    await Promise.race([work.idle(), new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]);
    // From here on it is refused, whatever it is.
    await history.settled();
    this.#keep({ ...this.#record, still: { alarm: null } });
    stopAttempts();
    letGo();
    return true;
  }

  /** What had not ended has something to look after. */
  #goOn(state: ExecutionState, tells: boolean): void {
    this.#isHalting = false;
    if (isStarted(state) && (tells || !hasEnded(state))) void this.#ctx.storage.setAlarm(Date.now());
  }

  async #names(tenant: string): Promise<CarriedNames> {
    const { names = [] } = this.#record;
    const state = await this.#site().history.load(tenant);
    if (!isStarted(state)) return { names };
    const { workflow, environment, pipeline, idempotency_key, parent } = state.facts;
    return {
      names,
      ...(idempotency_key === undefined ? {} : { key: { workflow, environment, pipeline, idempotency_key } }),
      ...(parent ? { parent: { execution_id: parent.execution_id, step_name: parent.step_name } } : {}),
      ...gateOf(state),
    };
  }

  get #record(): CarriedRecord {
    this.#known ??= carriedRecord(this.#ctx.storage);
    return this.#known;
  }

  #keep(record: CarriedRecord): void {
    this.#known = record;
    keepCarriedRecord(this.#ctx.storage, record);
  }
}

function gateOf(state: StartedState): Pick<CarriedNames, 'gate'> {
  const { tenant_id: tenant, workflow, environment, pipeline, admission } = state.facts;
  return admission && !hasEnded(state) ? { gate: gateName({ tenant, workflow, environment, pipeline, key: admission.key }) } : {};
}
