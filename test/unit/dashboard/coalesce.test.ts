import { expect, it } from 'vitest';
import { coalesce, type Timers } from '../../../dashboard/src/lib/coalesce';

/** A clock that is moved by hand. */
function handClock() {
  let now = 0;
  let due: { at: number; call: () => void }[] = [];
  const timers: Timers = {
    now: () => now,
    after(ms, call) {
      const one = { at: now + ms, call };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
  };
  const settle = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return {
    timers,
    settle,
    async advance(ms: number) {
      now += ms;
      const ready = due.filter((one) => one.at <= now);
      due = due.filter((one) => one.at > now);
      for (const one of ready) one.call();
      await settle();
    },
    waiting: () => due.length,
  };
}

it('runs at once, then once more for all that came meanwhile, and not before the gap is over', async () => {
  const clock = handClock();
  const runs: number[] = [];
  const coalescer = coalesce(async () => void runs.push(clock.timers.now()), 150, clock.timers);
  coalescer.request();
  await clock.settle();
  for (let i = 0; i < 5; i++) {
    await clock.advance(10);
    coalescer.request();
  }
  expect(runs).toEqual([0]);
  await clock.advance(100);
  expect(runs).toEqual([0, 150]);
  await clock.advance(500);
  expect(runs).toEqual([0, 150]);
});

it('never overlaps itself, and loses no request that came during a run', async () => {
  const clock = handClock();
  const finish: (() => void)[] = [];
  const coalescer = coalesce(() => new Promise<void>((resolve) => finish.push(resolve)), 150, clock.timers);
  coalescer.request();
  await clock.advance(400);
  coalescer.request();
  await clock.settle();
  expect(finish).toHaveLength(1);
  finish[0]!();
  await clock.settle();
  expect(finish).toHaveLength(2);
});

it('goes on after a failed run, and stops when told', async () => {
  const clock = handClock();
  let runs = 0;
  const coalescer = coalesce(
    async () => {
      runs++;
      throw new Error('no connection');
    },
    150,
    clock.timers,
  );
  coalescer.request();
  await clock.advance(200);
  coalescer.request();
  await clock.settle();
  expect(runs).toBe(2);
  coalescer.request();
  expect(clock.waiting()).toBe(1);
  coalescer.stop();
  await clock.advance(1000);
  expect(runs).toBe(2);
});
