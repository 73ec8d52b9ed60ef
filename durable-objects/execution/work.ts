/** Work that the object waits for before it lets go. */
export class Work {
  #open = 0;
  /** Resolves when nothing is open any more. */
  #rest: Promise<void> = Promise.resolve();
  #rests: () => void = () => undefined;
  readonly #keepAwake: (task: Promise<void>) => void;
  readonly #failed: (error: unknown) => void;

  constructor(keepAwake: (task: Promise<void>) => void, failed: (error: unknown) => void) {
    this.#keepAwake = keepAwake;
    this.#failed = failed;
  }

  /** A failure is told, and not lost: the alarm comes back to what was to be done. */
  track(task: Promise<void>): void {
    if (this.#open++ === 0) {
      this.#rest = new Promise((resolve) => {
        this.#rests = resolve;
      });
      this.#keepAwake(this.#rest);
    }
    task.catch(this.#failed).then(() => {
      if (--this.#open === 0) this.#rests();
    });
  }

  /** Resolves once nothing is open, new work included. */
  async idle(): Promise<void> {
    while (this.#open > 0) await this.#rest;
  }
}
