/** Callers who wait for an execution to end. */
export class End {
  #waiting: (() => void)[] = [];

  /** Resolves when `come` is called, at the latest after `ms`. */
  async within(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  come(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
