/** A measurement in which the host took the CPU is done again, and the least disturbed one counts. */
import { expect, it } from 'vitest';
import { cpuTicks, undisturbed } from '../../../bench/harness/stolen.ts';

it('reads all ticks and those of the host, and counts those of guests once', () => {
  expect(cpuTicks('cpu  100 5 50 800 20 0 5 20 70 3\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toEqual({ all: 1000, stolen: 20 });
  expect(cpuTicks()).toEqual({ all: expect.any(Number), stolen: expect.any(Number) });
});

/** Measurements of 100 ticks each, of which the host takes so many. */
async function measured(...takes: number[]) {
  const clock = { all: 0, stolen: 0 };
  let turn = 0;
  const measure = async () => {
    clock.all += 100;
    clock.stolen += takes[turn]!;
    return ++turn;
  };
  return undisturbed(measure, { most: 0.02, times: 3, ticks: () => ({ ...clock }) });
}

it.each([
  ['a quiet one counts at once', [2, 50], { result: 1, stolen: 0.02, aside: 0 }],
  ['a disturbed one is done again', [30, 1, 50], { result: 2, stolen: 0.01, aside: 1 }],
  ['of three disturbed ones the least counts', [30, 5, 40, 0], { result: 2, stolen: 0.05, aside: 2 }],
])('%s', async (_, takes, outcome) => {
  expect(await measured(...takes)).toEqual(outcome);
});
