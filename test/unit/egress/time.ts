/** A clock, and those who sleep by it. */
export class Time {
  now = 1_000_000;
  #sleepers: { at: number; wake: () => void }[] = [];

  sleep = (ms: number) => new Promise<void>((wake) => this.#sleepers.push({ at: this.now + ms, wake }));

  /** Everybody wakes who is due within that time, in order. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const next = this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.wake();
    }
    this.now = end;
    await settled();
  }

  /** Whoever sleeps now never wakes: their request has ended. */
  forget(): void {
    this.#sleepers = [];
  }
}

/** What can go on without time does, streams too. */
export const settled = async () => {
  for (let i = 0; i < 10; i++) await new Promise((resume) => setImmediate(resume));
};
