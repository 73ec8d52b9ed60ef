/**
 * Things that an object does one after the other, in the order in which they were asked for, though each waits for others in between: what
 * one decides is not overtaken by the next.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
