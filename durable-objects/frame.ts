/**
 * What a small object is beside its rules: they are made over its storage, with its alarm for a clock, and woken by it.
 *
 * 1. The rules are made with the first call, for what a subclass hands to them is there only after its base's constructor.
 * 2. An object that is on its way to another region is not woken.
 */
import { AlarmClock } from '#objects/alarm-clock';
import { isHeldBack } from '#objects/carried';

export interface Parts {
  storage: DurableObjectStorage;
  clock: AlarmClock;
  /** Has work done beside the call that caused it. */
  beside(task: Promise<void>): void;
}

export class Frame<Rules extends { wake(): Promise<void> }> {
  readonly #clock: AlarmClock;
  #made: Rules | undefined;

  constructor(
    private readonly ctx: DurableObjectState,
    private readonly make: (parts: Parts) => Rules,
  ) {
    this.#clock = new AlarmClock(ctx.storage);
    void ctx.blockConcurrencyWhile(() => this.#clock.learn());
  }

  get rules(): Rules {
    this.#made ??= this.make({ storage: this.ctx.storage, clock: this.#clock, beside: (task) => this.ctx.waitUntil(task) });
    return this.#made;
  }

  async alarm(): Promise<void> {
    this.#clock.rang();
    if (isHeldBack(this.ctx)) return;
    await this.rules.wake();
  }
}
