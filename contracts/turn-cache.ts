/**
 * What is remembered until the code that runs now has run: the steps of a turn ask for the same many times.
 *
 * A `WeakMap` would keep it as long as its key, and thus as long as the object of an execution is in memory; and each of its entries
 * makes a collection of the whole heap slower, during which everybody waits.
 */
export class TurnCache<K extends object, V> {
  readonly #known = new Map<K, V>();

  get(key: K): V | undefined {
    return this.#known.get(key);
  }

  set(key: K, value: V): void {
    if (this.#known.size === 0) queueMicrotask(() => this.#known.clear());
    this.#known.set(key, value);
  }
}
