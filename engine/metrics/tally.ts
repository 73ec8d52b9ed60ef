/**
 * Measures of many executions, put together by spans of time and pipelines. What comes out can be put together again, so an
 * hour that is over is kept in place of its executions, and regions send each other what theirs come to.
 *
 * Bounded: a span has at most PIPELINES pipelines, a pipeline at most MEASURED_STEPS steps; what is beyond counts as one.
 */
import type { ExecutionStatus } from '#contracts/execution';
import { addUsage, MEASURED_STEPS, NO_USAGE, OTHER_STEPS, type StepMeasure, type Usage, unpackMeasure } from '#contracts/metrics';
import type { MeasuredPlace, MeasuredRow, PipelineCounts, TallySpan } from '#contracts/tally';
import { Histogram } from '#engine/metrics/histogram';
import { StepSum } from '#engine/metrics/step-sum';

const PIPELINES = 1000;
export const OTHER_PIPELINES = '(other)';

/** What one pipeline comes to, while it is added up. */
class PipelineSum {
  readonly #place: MeasuredPlace;
  readonly #statuses = new Map<ExecutionStatus, number>();
  readonly #durations = new Histogram();
  readonly #steps = new Map<string, StepSum>();
  #events = 0;
  #sumMs = 0;
  #usage: Usage = NO_USAGE;

  constructor({ workflow, workflow_id, environment, pipeline }: MeasuredPlace) {
    this.#place = { workflow, workflow_id, environment, pipeline };
  }

  take({ status, seq, duration_ms, measure }: MeasuredRow): void {
    this.#count(status, 1);
    this.#events += seq;
    if (duration_ms !== null) {
      this.#durations.add(duration_ms);
      this.#sumMs += duration_ms;
    }
    if (!measure) return;
    const { usage, steps } = unpackMeasure(measure);
    this.#usage = addUsage(this.#usage, usage);
    for (const step of steps) this.#step(step).add(step);
  }

  merge(counts: PipelineCounts): void {
    for (const [status, count] of Object.entries(counts.statuses)) this.#count(status as ExecutionStatus, count);
    this.#events += counts.events;
    this.#sumMs += counts.duration_sum_ms;
    this.#durations.merge(counts.durations);
    this.#usage = addUsage(this.#usage, counts.usage);
    for (const step of counts.steps) this.#step(step).add(step);
  }

  counts(): PipelineCounts {
    return {
      ...this.#place,
      statuses: Object.fromEntries(this.#statuses),
      events: this.#events,
      duration_sum_ms: this.#sumMs,
      durations: this.#durations.buckets(),
      usage: this.#usage,
      steps: [...this.#steps.values()].map((step) => step.measure()),
    };
  }

  #count(status: ExecutionStatus, more: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + more);
  }

  #step({ step, type }: StepMeasure): StepSum {
    const known = this.#steps.get(step);
    if (known) return known;
    const isOther = this.#steps.size >= MEASURED_STEPS;
    const name = isOther ? OTHER_STEPS : step;
    const sum = this.#steps.get(name) ?? new StepSum(name, isOther ? '' : type);
    this.#steps.set(name, sum);
    return sum;
  }
}

/** Adds up rows, and what others have added up, by spans of `spanMs`. */
export class Tally {
  readonly #spanMs: number;
  readonly #spans = new Map<number, Map<string, PipelineSum>>();

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  take(row: MeasuredRow): void {
    this.#sum(row.started_at, row).take(row);
  }

  merge(span: TallySpan): void {
    for (const counts of span.pipelines) this.#sum(span.at, counts).merge(counts);
  }

  /** By time. */
  spans(): TallySpan[] {
    return [...this.#spans]
      .sort(([left], [right]) => left - right)
      .map(([at, pipelines]) => ({ at, pipelines: [...pipelines.values()].map((sum) => sum.counts()) }));
  }

  #sum(at: number, place: MeasuredPlace): PipelineSum {
    const begin = at - (at % this.#spanMs);
    const span = this.#spans.get(begin) ?? new Map<string, PipelineSum>();
    this.#spans.set(begin, span);
    const key = keyOf(place);
    const known = span.get(key);
    if (known) return known;
    const isOther = span.size >= PIPELINES;
    const name = isOther ? keyOf(others(place)) : key;
    const sum = span.get(name) ?? new PipelineSum(isOther ? others(place) : place);
    span.set(name, sum);
    return sum;
  }
}

/** Kept apart by workflow, since who may see them is decided by it. */
function others(place: MeasuredPlace): MeasuredPlace {
  return { ...place, environment: '', pipeline: OTHER_PIPELINES };
}

export function keyOf({ workflow_id, environment, pipeline }: MeasuredPlace): string {
  return `${workflow_id}/${environment}/${pipeline}`;
}

/** Counts of several pipelines or spans as those of one; the place is that of the first. */
export function together(all: readonly PipelineCounts[]): PipelineCounts {
  const sum = new PipelineSum(all[0] ?? { workflow: '', workflow_id: '', environment: '', pipeline: '' });
  for (const counts of all) sum.merge(counts);
  return sum.counts();
}
