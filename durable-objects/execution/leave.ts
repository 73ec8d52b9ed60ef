/**
 * The last thing that happens to an execution: it is old, and goes.
 *
 * 1. Nobody who is looking at it has the ground taken away: while a door is open or a file goes out, it stays.
 * 2. What has an alarm that is due stays: its end is being handed over, or it is being archived.
 * 3. Whoever was led on to a later execution of the same key has arrived there before this one goes.
 */
import { LIMITS } from '#contracts/limits';
import type { AgeQuery, OwnAge } from '#contracts/retention';
import type { StartedState } from '#engine/state';
import { isOld, keyOf } from '#objects/execution/age';
import type { History } from '#objects/execution/history';

/** A start that was led on has arrived by then, ms. */
const ARRIVED_MS = 60_000;

type Storage = Pick<DurableObjectStorage, 'getAlarm' | 'kv'>;

export class Leave {
  readonly #storage: Storage;
  readonly #history: () => History;
  readonly #now: () => number;
  #visitors = 0;
  #ledOnAt = Number.NEGATIVE_INFINITY;

  constructor(storage: Storage, history: () => History, now: () => number) {
    this.#storage = storage;
    this.#history = history;
    this.#now = now;
  }

  /** A visitor has come; the function it gives says that it has gone. */
  visit(): () => void {
    let isHere = true;
    this.#visitors++;
    return () => {
      if (isHere) this.#visitors--;
      isHere = false;
    };
  }

  async during<T>(work: () => T | Promise<T>): Promise<T> {
    const gone = this.visit();
    try {
      return await work();
    } finally {
      gone();
    }
  }

  /** A caller of its key goes on to the next execution. */
  ledOn(): void {
    this.#ledOnAt = this.#now();
  }

  /** `inside`: how many of the visitors are those who ask. */
  isVisited(inside = 0): boolean {
    return this.#visitors > inside || this.#now() < this.#ledOnAt + ARRIVED_MS;
  }

  /** For one visitor, who asks. */
  async age(state: StartedState, query: AgeQuery): Promise<OwnAge> {
    const alarm = await this.#storage.getAlarm();
    const key = keyOf(state);
    const isDue = alarm !== null && alarm <= Math.max(query.now, this.#now()) + LIMITS.archiveGraceMs;
    return {
      is_old: isOld(state, query, this.#history().importedAt) && !isDue && !this.isVisited(1),
      ...(key ? { key } : {}),
      generation: this.#storage.kv.get<number>('generation') ?? 0,
    };
  }
}
