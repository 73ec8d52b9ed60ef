/** A foreach at its bound: what it writes, keeps and gives back does not outgrow what a turn, a row and a log may take. */
import { expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import { fold } from '#engine/evolve';
import type { StartedState } from '#engine/state';
import { buildTimeline } from '#engine/timeline';
import { packEvents } from '#storage/event-log';
import { call, foreach, pipelineOf, pure, simulate } from './simulation.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** The most lanes that were under way at the same time. */
function width(log: LogEvent[]): number {
  let [open, most] = [0, 0];
  for (const { type } of log) {
    if (type === 'strand.started') most = Math.max(most, ++open);
    if (type === 'strand.ended') open--;
  }
  return most;
}

it.each([
  ['as many items as there may be, without I/O', LIMITS.foreachItems, 10, pure('work')],
  ['a thousand calls', 1000, LIMITS.foreachConcurrency, call({ name: 'work' })],
  ['hundreds of calls that can be undone', 300, 10, call({ name: 'work', undo: true })],
])('goes through %s', { timeout: 30_000 }, (_, count, concurrency, step) => {
  const { log, state, commits } = simulate({ pipeline: pipelineOf('many', [foreach('each', numbers(count), [step], { concurrency })]) });
  expect(state).toMatchObject({ phase: { kind: 'completed' }, seq: log.length });
  const output = buildTimeline(log)!.steps.find(({ name }) => name === 'each')!.output as { results: unknown[]; count: number };
  expect([output.count, output.results.length]).toEqual([count, count]);
  expect(fold(log)).toEqual(state);
  expect(width(log)).toBe(concurrency);
  expect(log.length / commits, 'events of a turn').toBeLessThan(1000);
  const rows = packEvents(log);
  expect(rows.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(LIMITS.logBytes / 2);
  for (const { text } of rows) expect(text.length).toBeLessThan(LIMITS.logRow);
  const { strands, steps } = state as StartedState;
  expect(Object.keys(strands)).toEqual(['']);
  expect(Object.keys(steps)).toHaveLength('compensate' in step ? count + 1 : 1);
});

it('undoes hundreds of items, the last completed first', () => {
  const items = numbers(300);
  const each = foreach('each', items, [call({ name: 'work', undo: true })], { concurrency: 10 });
  const { log, state, counterpart } = simulate({
    pipeline: pipelineOf('many', [each, call({ name: 'refuse' })], { saga: { order: 'reverse', track: true } }),
    script: { refuse: [{ fail: 422 }] },
  });
  expect((state as StartedState).phase.kind).toBe('compensated');
  const done = counterpart.order.filter((name) => name.endsWith('/work'));
  expect(done).toHaveLength(300);
  expect(counterpart.order.filter((name) => name.endsWith(':undo'))).toEqual(done.reverse().map((name) => `${name}:undo`));
  expect(fold(log)).toEqual(state);
});
