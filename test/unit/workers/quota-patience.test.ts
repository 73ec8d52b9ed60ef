/** Background work that meets a quota. */
import { expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import { whenThereIsRoom } from '#workers/quota/patience';

function setUp(refusals: unknown[]) {
  const slept: number[] = [];
  const work = async () => {
    const refusal = refusals.shift();
    if (refusal) throw refusal;
    return 'done';
  };
  const run = () =>
    whenThereIsRoom(work, async (ms) => {
      slept.push(ms);
    });
  return { slept, run };
}

const refused = (code: 'quota_exceeded' | 'quota_soft', retry_after?: number) =>
  new Problem(code, undefined, { extra: retry_after === undefined ? {} : { retry_after } });

it('is done once there is room', async () => {
  const { slept, run } = setUp([refused('quota_exceeded', 3), refused('quota_soft', 2), refused('quota_exceeded')]);
  expect(await run()).toBe('done');
  expect(slept).toEqual([3000, 2000, 1000]);
});

it('is given up after a minute', async () => {
  const { slept, run } = setUp(Array.from({ length: 10 }, () => refused('quota_exceeded', 25)));
  await expect(run()).rejects.toMatchObject({ code: 'quota_exceeded' });
  expect(slept).toEqual([25_000, 25_000, 10_000]);
});

it.each([new Problem('dead_letter_closed'), new Error('no route')])('fails at once of anything else: %s', async (error) => {
  const { slept, run } = setUp([error]);
  await expect(run()).rejects.toBe(error);
  expect(slept).toEqual([]);
});
