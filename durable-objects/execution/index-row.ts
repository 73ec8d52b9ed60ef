/**
 * The row that the regional index keeps of this execution: handed over when the run comes to rest, and once while it
 * takes long.
 */
import type { Measure } from '#contracts/metrics';
import type { After } from '#contracts/stop';
import type { StartedState } from '#engine/state';
import { awaitsAdmission, hasEnded } from '#engine/status';
import { projectionOf } from '#engine/summary';
import type { ExecutionPorts } from '#objects/execution/ports';

/** A run that takes longer than this shows up in the index before it ends, ms. */
const SHOW_AFTER_MS = 500;

export class IndexRow {
  readonly #after: After;
  /** Sequence number up to which the index has been handed the row. */
  #handed = 0;
  #forget: (() => void) | undefined;

  constructor(after: After) {
    this.#after = after;
  }

  /** Whether the index knows this state. */
  isCurrent(state: StartedState): boolean {
    return this.#handed === state.seq;
  }

  /** After each turn: hands over now or soon, by `handOver`. */
  plan(state: StartedState, handOver: () => void): void {
    // What the gate is being asked is answered in a moment.
    const rests = Object.keys(state.active).length === 0 && !(awaitsAdmission(state) && !state.admission);
    if (hasEnded(state) || rests) {
      this.#forget?.();
      this.#forget = undefined;
      handOver();
    } else {
      this.#forget ??= this.#after(SHOW_AFTER_MS, handOver);
    }
  }

  /** `measured`: what it took, asked for once it has ended. */
  async handOver(state: StartedState, measured: () => Promise<Measure>, project: ExecutionPorts['project']): Promise<void> {
    if (this.isCurrent(state)) return;
    const { seq } = state;
    await project(projectionOf(state, hasEnded(state) ? await measured() : undefined));
    if (seq > this.#handed) this.#handed = seq;
  }
}
