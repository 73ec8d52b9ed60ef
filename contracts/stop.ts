/**
 * How something under way is ended from outside: once, and for one reason.
 *
 * Plain listeners, and a signal only for whoever asks for one: signals are objects of the runtime, and dear where many
 * come and go.
 */

/** Calls `then` after so many ms, unless what is answered is called before. */
export type After = (ms: number, then: () => void) => () => void;

export class Stop {
  readonly #after: After;
  readonly #listeners = new Set<(reason: unknown) => void>();
  #ended = false;
  #reason: unknown;
  #controller: AbortController | undefined;

  /** `after`: where timeouts come from. */
  constructor(after: After = byTimeout) {
    this.#after = after;
  }

  /** The first word holds. */
  end(reason?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  }

  /** Ends it once so much time is over, unless what is answered is called before. */
  endAfter(ms: number, reason: () => unknown): () => void {
    return this.#after(ms, () => this.end(reason()));
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** For what listens to signals only. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#ended) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The promise, or a rejection with the reason as soon as there is one. */
  unlessEnded<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) reject(this.#reason);
      else this.#listeners.add(reject);
      promise.then(resolve, reject).then(() => this.#listeners.delete(reject));
    });
  }
}

function byTimeout(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
