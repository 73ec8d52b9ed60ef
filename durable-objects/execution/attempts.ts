/** The attempts that run in this instance. One that is active in the log but not here was lost with an earlier instance. */
import type { Definition } from '#contracts/definition';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import { type After, Stop } from '#contracts/stop';
import { activityOf } from '#engine/effect';
import type { Performer } from '#engine/ports';
import { attemptId, type StartedState } from '#engine/state';

/** How much longer than its timeout a detached attempt may take before it counts as lost, ms. */
export const DETACHED_MARGIN_MS = 60_000;

export class Attempts {
  readonly #after: After;
  readonly #running = new Map<string, Stop>();

  constructor(after: After) {
    this.#after = after;
  }

  /** Performs it; resolves once `report` has taken the outcome. */
  async perform(effect: PerformEffect, performer: Performer, report: (outcome: StepOutcome) => Promise<unknown>): Promise<void> {
    const id = attemptId(effect.step, effect.phase);
    const stop = new Stop(this.#after);
    this.#running.set(id, stop);
    try {
      const outcome = await performer.perform(effect, stop);
      this.#running.delete(id);
      await report(outcome);
    } finally {
      if (this.#running.get(id) === stop) this.#running.delete(id);
    }
  }

  /** Ends what the state no longer waits for. */
  endStale(state: StartedState): void {
    for (const [id, stop] of this.#running) if (!state.active[id]) stop.end();
  }

  /** Whatever is under way here. */
  stopAll(): void {
    for (const stop of this.#running.values()) stop.end();
  }

  /** Active in the log, but under way nowhere. A detached one is elsewhere until its time is over. */
  lost(state: StartedState, definition: Definition, now: number): string[] {
    return Object.entries(state.active)
      .filter(([id, attempt]) => {
        if (this.#running.has(id)) return false;
        const activity = activityOf(state, definition, attempt.step, attempt.phase);
        return !activity?.detached || now >= attempt.started_at + activity.timeout_ms + DETACHED_MARGIN_MS;
      })
      .map(([id]) => id);
  }
}
