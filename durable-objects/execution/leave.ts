/**
 * The last thing that happens to an execution: it is old, and goes.
 *
 * 1. Nobody who is looking at it has the ground taken away: while a door is open or a file goes out, it stays.
 * 2. What has an alarm that is due stays: its end is being handed over, or it is being archived.
 * 3. Whoever was led on to a later execution of the same key has arrived there before this one goes.
 * 4. The instance stays, as one that has nothing: to end it would cut short whoever asks at that moment. Only a start of the
 *    same name ends it, and is asked to come again.
 */
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { AgeQuery, OwnAge } from '#contracts/retention';
import type { StartedState } from '#engine/state';
import { isOld, keyOf } from '#objects/execution/age';
import type { History } from '#objects/execution/history';

/** A start that was led on has arrived by then, ms. */
const ARRIVED_MS = 60_000;

/** An answer is out after this, ms. */
const ANSWERED_MS = 500;

type Context = Pick<DurableObjectState, 'storage' | 'abort'>;

export class Leave {
  readonly #ctx: Context;
  readonly #history: () => History;
  readonly #now: () => number;
  #visitors = 0;
  #ledOnAt = Number.NEGATIVE_INFINITY;

  constructor(ctx: Context, history: () => History, now: () => number) {
    this.#ctx = ctx;
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

  get isVisited(): boolean {
    return this.#visitors > 0 || this.#now() < this.#ledOnAt + ARRIVED_MS;
  }

  /** Whoever asks for it is no visitor. */
  async age(state: StartedState, query: AgeQuery): Promise<OwnAge> {
    const alarm = await this.#ctx.storage.getAlarm();
    const key = keyOf(state);
    const isDue = alarm !== null && alarm <= Math.max(query.now, this.#now()) + LIMITS.archiveGraceMs;
    return {
      is_old: isOld(state, query, this.#history().importedAt) && !isDue && !this.isVisited,
      ...(key ? { key } : {}),
      generation: this.#ctx.storage.kv.get<number>('generation') ?? 0,
    };
  }

  /** Everything on disk goes. From the call on it answers nobody. */
  async go(abandon: () => Promise<void>): Promise<void> {
    const history = this.#history();
    history.erase();
    await history.settled();
    await abandon();
    await this.#ctx.storage.deleteAlarm();
    await this.#ctx.storage.deleteAll();
  }

  /** What a start hears that comes to what has gone: the next instance of the object begins anew. */
  refusal(): Problem {
    setTimeout(() => this.#ctx.abort('removed'), ANSWERED_MS);
    return new Problem('execution_leaving', undefined, { extra: { headers: { 'Retry-After': '1' } } });
  }
}
