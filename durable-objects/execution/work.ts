/** Work that the object waits for before it lets go. */
export class Work {
  /** What has not come to its end. */
  #open: Promise<void> = Promise.resolve();
  readonly #keepAwake: (task: Promise<void>) => void;
  readonly #failed: (error: unknown) => void;

  constructor(keepAwake: (task: Promise<void>) => void, failed: (error: unknown) => void) {
    this.#keepAwake = keepAwake;
    this.#failed = failed;
  }

  /** A failure is told, and not lost: the alarm comes back to what was to be done. */
  track(task: Promise<void>): void {
    const guarded = task.catch(this.#failed);
    this.#open = Promise.all([this.#open, guarded]).then(() => undefined);
    this.#keepAwake(guarded);
  }

  /** Resolves once nothing is open, new work included. */
  async idle(): Promise<void> {
    for (let open: Promise<void> | undefined; open !== this.#open; ) {
      open = this.#open;
      await open;
    }
  }
}
