/**
 * The way of index rows from the executions of this isolate to the queue: one send under way at a time, and all
 * rows that come meanwhile go together in the next message. A quiet platform sends a message an execution; a busy
 * one sends a fraction of that.
 *
 * Invariants
 * 1. `project` resolves only when the queue has taken the row; until then the execution keeps its alarm.
 * 2. A send whose object died is given up after a while; the rows that hung on it come again by their alarms.
 */
import type { ProjectionEnvelope, ProjectionMessage } from '#contracts/execution';

interface Entry {
  message: ProjectionMessage;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** A message on the queue may have 128 KB; a row has well under 1 KB. */
const ROWS_PER_MESSAGE = 100;
const GIVE_UP_MS = 5_000;

export class Outbox {
  readonly #waiting: Entry[] = [];
  #sendingSince = 0;

  project(queue: Queue<ProjectionEnvelope>, message: ProjectionMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      if (Date.now() - this.#sendingSince >= GIVE_UP_MS) void this.#drain(queue);
    });
  }

  async #drain(queue: Queue<ProjectionEnvelope>): Promise<void> {
    while (this.#waiting.length > 0) {
      const entries = this.#waiting.splice(0, ROWS_PER_MESSAGE);
      this.#sendingSince = Date.now();
      try {
        await queue.send({ kind: 'executions', rows: entries.map((entry) => entry.message) });
        for (const entry of entries) entry.resolve();
      } catch (error) {
        for (const entry of entries) entry.reject(error);
      }
    }
    this.#sendingSince = 0;
  }
}
