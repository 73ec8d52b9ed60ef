/**
 * The timers of one object, on one timer of the runtime. Work comes and goes faster than any of them is due, so most are
 * taken back: that costs nothing here.
 *
 * 1. The runtime's timer is set for the earliest that was asked for since it was last free, and goes with the last entry:
 *    a timer left behind would keep the object in memory, and on the bill.
 */
export interface Clock {
  now(): number;
  set(then: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

const CLOCK: Clock = {
  now: Date.now,
  set: (then, ms) => setTimeout(then, ms),
  clear: (timer) => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

interface Entry {
  /** Epoch ms. */
  at: number;
  then(): void;
}

export class Timers {
  readonly #clock: Clock;
  readonly #entries = new Set<Entry>();
  #timer: unknown;
  #firesAt = Number.POSITIVE_INFINITY;

  constructor(clock = CLOCK) {
    this.#clock = clock;
  }

  /** Calls `then` after so many ms, unless what is answered is called before. */
  readonly after = (ms: number, then: () => void): (() => void) => {
    const entry: Entry = { at: this.#clock.now() + ms, then };
    this.#entries.add(entry);
    if (entry.at < this.#firesAt) this.#arm(entry.at);
    return () => {
      this.#entries.delete(entry);
      if (this.#entries.size === 0) this.#disarm();
    };
  };

  #arm(at: number): void {
    this.#disarm();
    this.#firesAt = at;
    this.#timer = this.#clock.set(() => this.#fire(), Math.max(0, at - this.#clock.now()));
  }

  #disarm(): void {
    if (this.#firesAt === Number.POSITIVE_INFINITY) return;
    this.#firesAt = Number.POSITIVE_INFINITY;
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #fire(): void {
    this.#firesAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const due = [...this.#entries].filter(({ at }) => at <= now);
    for (const entry of due) this.#entries.delete(entry);
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#entries) next = Math.min(next, at);
    if (next < this.#firesAt) this.#arm(next);
    for (const entry of due) entry.then();
  }
}
