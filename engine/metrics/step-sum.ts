/** Measures of one step, of as many executions as there are, added up. */
import { addUsage, NO_USAGE, type StepMeasure } from '#contracts/metrics';
import { Histogram } from '#engine/metrics/histogram';

export class StepSum {
  readonly #durations = new Histogram();
  readonly #sum: StepMeasure;

  constructor(step: string, type: string) {
    this.#sum = { step, type, completed: 0, failed: 0, skipped: 0, retries: 0, duration_sum_ms: 0, durations: [], usage: NO_USAGE };
  }

  add({ completed, failed, skipped, retries, duration_sum_ms, durations, usage }: StepMeasure): void {
    const sum = this.#sum;
    sum.completed += completed;
    sum.failed += failed;
    sum.skipped += skipped;
    sum.retries += retries;
    sum.duration_sum_ms += duration_sum_ms;
    sum.usage = addUsage(sum.usage, usage);
    this.#durations.merge(durations);
  }

  measure(): StepMeasure {
    return { ...this.#sum, durations: this.#durations.buckets() };
  }
}
