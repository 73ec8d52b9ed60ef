/** Time in which something ran, and time in which all waited; they never overlap. */
import { expect, it } from 'vitest';
import { timeSpent } from '../../../dashboard/src/lib/time-spent';
import type { SlimStep } from '../../../dashboard/src/lib/timeline';
import { at, ORIGIN, ran, step, timeline } from './timelines';

const spent = (steps: SlimStep[], duration_ms = 1000) => timeSpent(timeline({ duration_ms, completed_at: at(duration_ms), steps }), ORIGIN);

it('adds up steps one after the other, and counts what runs at once a single time', () => {
  expect(spent([ran('a', 0, 100), ran('b', 100, 200)])).toEqual({ running: 300, waiting: 0 });
  expect(spent([ran('a', 0, 200), ran('b', 100, 200)])).toEqual({ running: 300, waiting: 0 });
});

it('counts the wait for the next attempt, unless something else runs meanwhile', () => {
  const retried = step('pay', {
    started_at: at(0),
    offset_ms: 0,
    duration_ms: 500,
    attempts: 2,
    attempt_log: [
      { attempt: 1, started_at: at(0), duration_ms: 100, status: 'failed', retry_at: at(400) },
      { attempt: 2, started_at: at(400), duration_ms: 100, status: 'completed' },
    ],
  });
  expect(spent([retried])).toEqual({ running: 200, waiting: 300 });
  expect(spent([retried, ran('b', 100, 100)])).toEqual({ running: 300, waiting: 200 });
});

it('leaves a block to its steps, and counts undoing', () => {
  const block = { ...ran('each', 0, 1000), block: { kind: 'foreach' as const, begun: 1, completed: 1, failed: 0, stopped: 0 } };
  const undone = {
    ...ran('each/0/pay', 0, 100),
    compensation: { type: 'step.set', status: 'completed' as const, attempts: 1, started_at: at(500), duration_ms: 50 },
  };
  expect(spent([block, undone])).toEqual({ running: 150, waiting: 0 });
});

it('counts what still waits up to now', () => {
  const waiting = step('approve', { status: 'waiting', started_at: at(100), offset_ms: 100, attempts: 1 });
  expect(timeSpent(timeline({ status: 'waiting', steps: [waiting] }), ORIGIN + 5000)).toEqual({ running: 0, waiting: 4900 });
});

it('counts a wait that is over as one', () => {
  const slept = step('sleep', { started_at: at(100), duration_ms: 800, waited_from: at(150) });
  expect(spent([ran('a', 0, 100), slept])).toEqual({ running: 150, waiting: 750 });
});
