/**
 * Work that has the thread of the isolate to itself, such as a hash that is slow on purpose: one piece, then a breath in which
 * everybody else has a turn, then the next. However many pieces wait, none of the other requests waits for more than one.
 *
 * Everybody waits by a timer of their own: a request may end at any moment, and must leave nobody behind who waits for it.
 */
const BREATH_MS = 2;

export class Breather {
  #freeAt = 0;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    // Of those who wake at the same moment one goes, and the others wait again.
    for (let left = this.#freeAt - this.now(); left > 0; left = this.#freeAt - this.now()) await this.sleep(left);
    this.#freeAt = this.now() + BREATH_MS;
    try {
      return await work();
    } finally {
      this.#freeAt = this.now() + BREATH_MS;
    }
  }
}
