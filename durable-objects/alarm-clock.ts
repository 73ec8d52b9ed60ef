/**
 * The alarm of an object, as the clock of its rules: it goes off at the earliest instant that was asked for.
 *
 * 1. One that is set and due earlier stays: one that goes off for nothing is cheaper than deleting it, and asking again
 *    writes nothing.
 * 2. What an earlier life of the object has set is only known once it was asked for (`learn`); until then whatever is wanted is set.
 */
import { later } from '#objects/later';
export class AlarmClock {
  /** Epoch ms; `null`: none is set; `undefined`: not known. */
  #set: number | null | undefined;

  constructor(private readonly storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>) {}

  /** Epoch ms. */
  now(): number {
    return Date.now();
  }

  async learn(): Promise<void> {
    if (this.#set !== undefined) return;
    const set = await this.storage.getAlarm();
    // It may have been set meanwhile.
    this.#set ??= set;
  }

  wakeAt(instant: number): void {
    if (this.#set !== undefined && this.#set !== null && this.#set <= instant) return;
    this.#set = instant;
    void this.storage.setAlarm(later(this.now(), instant));
  }

  /** It has gone off. */
  rang(): void {
    this.#set = null;
  }
}
