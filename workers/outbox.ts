/**
 * The way of index rows from the objects of this isolate to the queue: one send under way at a time, and what is
 * ready within a moment of each other goes together in one message. A quiet platform sends a message an execution; a
 * busy one sends a fraction of that.
 *
 * Invariants
 * 1. `project` resolves only when the queue has taken the row; until then the object keeps its alarm.
 * 2. Objects share nothing but plain data here: the runtime lets no object settle another's promise, so whoever
 *    rides along looks by its own timer whether its row has been taken.
 * 3. A send whose object died is given up after a while; the rows that hung on it fail, and come again by their alarms.
 */
import type { ProjectionEnvelope } from '#contracts/execution';

interface Entry<Row> {
  message: Row;
  state: 'waiting' | 'taken' | 'failed';
}

const ROWS_PER_MESSAGE = 100;
/** Characters of JSON: a message on the queue may have 128 KB, and a character up to three bytes. */
const TEXT_PER_MESSAGE = 40_000;
const GIVE_UP_MS = 5_000;
/** Costs less than a queue operation, for all that the object stays awake for it. */
const GATHER_MS = 20;
const LOOK_MS = 20;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Outbox<Row> {
  readonly #waiting: Entry<Row>[] = [];
  #sendingSince = 0;

  /** `envelope` makes one message of the queue from rows. */
  constructor(private readonly envelope: (rows: Row[]) => ProjectionEnvelope) {}

  async project(queue: Queue<ProjectionEnvelope>, message: Row): Promise<void> {
    const entry: Entry<Row> = { message, state: 'waiting' };
    this.#waiting.push(entry);
    if (Date.now() - this.#sendingSince >= GIVE_UP_MS) await this.#drain(queue);
    for (let waited = 0; entry.state === 'waiting' && waited < GIVE_UP_MS; waited += LOOK_MS) await pause(LOOK_MS);
    if (entry.state !== 'taken') throw new Error('the index row could not be handed to the queue');
  }

  async #drain(queue: Queue<ProjectionEnvelope>): Promise<void> {
    this.#sendingSince = Date.now();
    try {
      await pause(GATHER_MS);
      while (this.#waiting.length > 0) {
        const entries = this.#waiting.splice(0, fitting(this.#waiting));
        this.#sendingSince = Date.now();
        try {
          await queue.send(this.envelope(entries.map((entry) => entry.message)));
          for (const entry of entries) entry.state = 'taken';
        } catch (error) {
          for (const entry of entries) entry.state = 'failed';
          throw error;
        }
      }
    } finally {
      this.#sendingSince = 0;
    }
  }
}

/** How many of the first entries go into one message; one always does. */
function fitting(entries: readonly Entry<unknown>[]): number {
  let text = 0;
  let count = 0;
  for (const { message } of entries) {
    text += JSON.stringify(message).length;
    if (count > 0 && (text > TEXT_PER_MESSAGE || count === ROWS_PER_MESSAGE)) break;
    count++;
  }
  return count;
}
