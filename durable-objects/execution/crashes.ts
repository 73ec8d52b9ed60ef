/**
 * How often the runtime has ended in the middle of this execution's turns, one time after the other. Attempts that were
 * lost are counted in the log; this counts turns that never came to their commit.
 *
 * Invariants
 * 1. Nothing is written as long as everything ends well: a healthy execution pays nothing for it.
 * 2. A clean end forgets the count.
 */
type Storage = Pick<DurableObjectStorage, 'kv' | 'sync'>;

const KEY = 'crashes';

export class Crashes {
  readonly #storage: Storage;
  /** This instance has done nothing yet: what it finds undone, an earlier one has left. */
  #fresh = true;
  #count = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Before an alarm's work. `retried`: the platform has tried this alarm in vain. Answers the unclean ends in a row. */
  async begin(retried: boolean): Promise<number> {
    // An instance that has thrown has counted that itself; one that has ended could not.
    const left = this.#fresh && retried;
    if (this.#fresh) this.#count = this.#storage.kv.get<number>(KEY) ?? 0;
    this.#fresh = false;
    if (left) {
      this.failed();
      // The count has to outlive what comes now.
      await this.#storage.sync();
    }
    return this.#count;
  }

  /** Unclean ends in a row, as far as this instance knows. */
  get inARow(): number {
    return this.#count;
  }

  /** The work has thrown. */
  failed(): void {
    this.#storage.kv.put(KEY, ++this.#count);
  }

  /** The work has come to its end. */
  ended(): void {
    if (this.#count === 0) return;
    this.#count = 0;
    this.#storage.kv.delete(KEY);
  }
}
