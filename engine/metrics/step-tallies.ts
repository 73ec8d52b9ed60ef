/**
 * What is counted of each step of an execution.
 *
 * 1. A step of a block is measured once for all its runs, under its path in the definition.
 * 2. Of very many steps those that come last are counted together.
 */
import { MEASURED_STEPS, NO_USAGE, OTHER_STEPS, type StepMeasure } from '#contracts/metrics';
import { pathOf } from '#contracts/step-path';
import { Histogram } from '#engine/metrics/histogram';

/** A name in the list of steps; blocks within blocks make long ones. */
const MAX_NAME = 512;

export interface StepTally extends Omit<StepMeasure, 'durations'> {
  durations: Histogram;
  /** Time of its calls for which the object was awake, ms. */
  awake: number;
}

export class StepTallies {
  readonly #steps = new Map<string, StepTally>();

  /** A step has come up. Answers the name that it is counted under. */
  enter(name: string, type: string): string {
    const path = pathOf(name).slice(0, MAX_NAME);
    const step = this.#steps.has(path) || this.#steps.size < MEASURED_STEPS ? path : OTHER_STEPS;
    if (!this.#steps.has(step)) {
      this.#steps.set(step, {
        step,
        type: step === OTHER_STEPS ? '' : type,
        completed: 0,
        failed: 0,
        skipped: 0,
        retries: 0,
        duration_sum_ms: 0,
        durations: new Histogram(),
        usage: { ...NO_USAGE },
        awake: 0,
      });
    }
    return step;
  }

  get(step: string): StepTally | undefined {
    return this.#steps.get(step);
  }

  /** `awake`: for how long the object was awake for calls in all, ms. Calls at the same time share it. */
  measured(awake: number): StepMeasure[] {
    const steps = [...this.#steps.values()];
    const together = steps.reduce((sum, step) => sum + step.awake, 0);
    const share = together === 0 ? 0 : awake / together;
    return steps.map(({ step, type, completed, failed, skipped, retries, duration_sum_ms, durations, usage, awake: own }) => ({
      step,
      type,
      completed,
      failed,
      skipped,
      retries,
      duration_sum_ms,
      durations: durations.buckets(),
      usage: { ...usage, object_ms: Math.round(own * share) },
    }));
  }
}
