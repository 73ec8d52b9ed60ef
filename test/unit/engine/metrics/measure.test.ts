/** What the log says an execution took, against what the desk saw of the same run. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { MEASURED_STEPS, OTHER_STEPS, packedMeasureSchema, packMeasure, unpackMeasure } from '#contracts/metrics';
import { pathOf } from '#contracts/step-path';
import { bounded } from '#engine/metrics/bounded';
import { Histogram } from '#engine/metrics/histogram';
import { MeasureFold, measureOf } from '#engine/metrics/measure';
import { buildTimeline } from '#engine/timeline';
import { SCENARIOS } from '../scenarios.ts';
import { definitionOf, simulate } from '../simulation.ts';

const nodesOf = (name: string) => {
  const { pipeline } = SCENARIOS[name]!;
  return definitionOf(pipeline).pipelines[pipeline.name]!.nodes;
};
const measured = (name: string) => measureOf(simulate(SCENARIOS[name]!).log, nodesOf(name));
const stepOf = (name: string, step: string) => measured(name).steps.find((each) => each.step === step)!;

describe.each(Object.entries(SCENARIOS))('%s', (name, scenario) => {
  const run = simulate(scenario);

  it('has as many rows in the log as turns were committed, as far as the log tells them apart', () => {
    const fold = new MeasureFold(nodesOf(name));
    for (const event of run.log) fold.take(event);
    // What is decided at the same instant as the turn before it may not be told from it.
    expect(fold.turns).toBeLessThanOrEqual(run.commits);
    expect(fold.turns).toBeGreaterThanOrEqual(run.commits - sameInstant(run.log));
  });

  it('counts each run of each step once', () => {
    const { steps } = measureOf(run.log, nodesOf(name));
    const ended = run.log.filter(
      (event) => event.type === 'step.completed' || event.type === 'conditional.routed' || (event.type === 'step.failed' && event.data.final),
    );
    expect(steps.reduce((sum, { completed, failed }) => sum + completed + failed, 0)).toBe(ended.length);
    for (const { completed, failed, durations } of steps) expect(Histogram.from(durations).total).toBe(completed + failed);
    expect(new Set(steps.map(({ step }) => step))).toEqual(new Set(buildTimeline(run.log)!.steps.map((step) => pathOf(step.name))));
  });

  it('gives the steps no more than the whole', () => {
    const { usage, steps } = measureOf(run.log, nodesOf(name));
    for (const key of ['rows_written', 'object_ms', 'r2_writes', 'queue_operations'] as const) {
      expect(steps.reduce((sum, step) => sum + step.usage[key], 0)).toBeLessThanOrEqual(usage[key]);
    }
  });

  it('is the same after it has travelled', () => {
    const measure = bounded(measureOf(run.log, nodesOf(name)));
    const packed = JSON.parse(JSON.stringify(packMeasure(measure)));
    expect(unpackMeasure(packedMeasureSchema.parse(packed))).toEqual(measure);
  });
});

/** Turns that may have been at the instant of the one before: signals, words of the gate, orders of people. */
function sameInstant(log: readonly LogEvent[]): number {
  return log.filter((event, at) => event.at === log[at - 1]?.at && !('step_name' in event.data)).length;
}

describe('rows, as the bench counts them', () => {
  it.each([
    ['five pure steps', 'pure-five-steps', 6],
    ['three calls', 'three-calls', 9],
  ])('%s', (_title, name, rows) => expect(measured(name).usage.rows_written).toBe(rows));

  it('a saga that is undone has a row for each call and each undoing, and two in the list', () => {
    const run = simulate(SCENARIOS['saga-third-fails']!);
    expect(measureOf(run.log).usage.rows_written).toBe(2 + run.commits + 2 + 2);
  });
});

describe('a step', () => {
  it('has its retries and the time with the pauses between', () => {
    expect(stepOf('retry-then-success', 'flaky')).toMatchObject({ completed: 1, failed: 0, retries: 2, duration_sum_ms: 3030 });
  });

  it('that is passed over after it failed has failed', () => {
    expect(stepOf('on-error-skip', 'optional')).toMatchObject({ completed: 0, failed: 1, skipped: 0 });
  });

  it('whose condition was not met was skipped', () => {
    expect(stepOf('if-and-skip-if', 'a')).toMatchObject({ completed: 0, failed: 0, skipped: 1 });
  });

  it('of a loop over items is one, whatever the items', () => {
    const { steps } = measured('foreach-three-at-a-time');
    expect(steps.map(({ step }) => step).filter((step) => step.startsWith('each'))).toEqual(['each', 'each/charge']);
  });

  it('that the object waits for is paid for its time, one that it sleeps through is not', () => {
    const awake = measureOf(callOf(60_000), callNodes(false));
    const asleep = measureOf(callOf(60_000), callNodes(true));
    expect(awake.steps[0]!.usage.object_ms).toBe(60_000);
    expect(awake.usage.object_ms).toBeGreaterThanOrEqual(60_000);
    expect(asleep.steps[0]!.usage).toMatchObject({ object_ms: 0, object_requests: 2 });
    expect(asleep.usage.object_ms).toBeLessThan(1000);
  });

  it('beyond the bound is told with the others', () => {
    const many = Array.from({ length: MEASURED_STEPS + 50 }, (_, at) => `s${at}`);
    const { steps } = measureOf(manySteps(many));
    expect(steps).toHaveLength(MEASURED_STEPS + 1);
    expect(steps.at(-1)).toMatchObject({ step: OTHER_STEPS, completed: 50 });
  });

  it('of a very long name does not make the row too long to travel', () => {
    const long = Array.from({ length: 90 }, (_, at) => `${'x'.repeat(400)}${at}`);
    const small = bounded(measureOf(manySteps(long)));
    expect(JSON.stringify(packMeasure(small)).length).toBeLessThan(40_000);
    expect(small.steps.reduce((sum, { completed }) => sum + completed, 0)).toBe(90);
  });
});

describe('two calls at the same time', () => {
  it('share the time for which the object is awake', () => {
    const { usage, steps } = measured('parallel-calls-of-different-length');
    const parts = steps.reduce((sum, step) => sum + step.usage.object_ms, 0);
    expect(parts).toBeLessThanOrEqual(usage.object_ms);
    expect(parts).toBeGreaterThan(0);
  });
});

const facts = simulate(SCENARIOS['three-calls']!).log[0] as LogEvent & { type: 'execution.started' };

function logOf(...events: [at: number, type: LogEvent['type'], data: object][]): LogEvent[] {
  return [facts, ...events.map(([at, type, data], index) => ({ seq: index + 2, at: facts.at + at, type, data }) as LogEvent)];
}

function callOf(ms: number): LogEvent[] {
  return logOf(
    [0, 'step.started', { step_name: 'call', step_type: 'step.http_call', step_index: 0, attempt: 1, idempotency_key: 'k' }],
    [ms, 'step.output_recorded', { step_name: 'call', output: { value: 1 } }],
    [ms, 'step.completed', { step_name: 'call', duration_ms: ms, status: 'completed', attempts: 1 }],
    [ms, 'execution.completed', { duration_ms: ms, status: 'completed' }],
  );
}

function callNodes(detached: boolean) {
  const [node] = nodesOf('three-calls').filter((each) => each.kind === 'activity' && !each.pure);
  return [{ ...node!, detached }] as ReturnType<typeof nodesOf>;
}

function manySteps(names: string[]): LogEvent[] {
  return logOf(
    ...names.flatMap((step_name, step_index): [number, LogEvent['type'], object][] => [
      [0, 'step.started', { step_name, step_type: 'step.set', step_index, attempt: 1 }],
      [0, 'step.completed', { step_name, duration_ms: 0, status: 'completed', attempts: 1 }],
    ]),
  );
}
