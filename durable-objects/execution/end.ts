/** Callers who wait for an execution to end. */
import type { After } from '#contracts/stop';

export class End {
  readonly #after: After;
  #waiting: (() => void)[] = [];

  constructor(after: After) {
    this.#after = after;
  }

  /** Resolves when `come` is called, at the latest after `ms`. */
  async within(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const forget = this.#after(ms, resolve);
      this.#waiting.push(() => {
        forget();
        resolve();
      });
    });
  }

  come(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
