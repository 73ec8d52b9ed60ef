/** Executions picked from the list: which they are, and one order to each of them. */
import { expect, it } from 'vitest';
import type { ProblemBody } from '#contracts/problems';
import { comparisonOf, type Done, MOST_PICKED, orderEach, type Picked, pickedWith } from '../../../dashboard/src/lib/picked';

const one = (execution_id: string): Picked => ({ execution_id, pipeline: 'orders', status: 'running' });

it('adds what is picked, in order, takes it away the second time, and stops at the most', () => {
  const two = [one('a'), one('b')];
  expect(pickedWith(two, one('c')).map(({ execution_id }) => execution_id)).toEqual(['a', 'b', 'c']);
  expect(pickedWith(two, one('a'))).toEqual([one('b')]);
  const full = Array.from({ length: MOST_PICKED }, (_, n) => one(String(n)));
  expect(pickedWith(full, one('more'))).toEqual(full);
  expect(pickedWith(full, one('0'))).toHaveLength(MOST_PICKED - 1);
});

it('compares two, the first on the left', () => {
  expect(comparisonOf([one('b'), one('a')])).toBe('/executions/diff?left=b&right=a');
  expect(comparisonOf([one('a')])).toBeUndefined();
  expect(comparisonOf([one('a'), one('b'), one('c')])).toBeUndefined();
});

it('orders each once, a few at a time, and goes on where one is refused', async () => {
  const refused = { code: 'execution_finished', title: 'It has ended', status: 409 } as ProblemBody;
  let now = 0;
  let most = 0;
  const sent: [string, object][] = [];
  const done: Done[] = [];
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  await orderEach(
    'replay',
    ids,
    (each) => done.push(each),
    async (path, body) => {
      most = Math.max(most, ++now);
      sent.push([path, body]);
      await Promise.resolve();
      now--;
      return path.includes('/b/') ? { ok: false, problem: refused } : { ok: true };
    },
  );
  expect(sent.map(([path]) => path)).toEqual(ids.map((id) => `/api/v1/executions/${id}/replay`));
  expect(sent[0]![1]).toEqual({ mode: 'exact' });
  expect(most).toBeLessThanOrEqual(4);
  expect(done.filter(({ problem }) => problem)).toEqual([{ execution_id: 'b', problem: refused }]);
  expect(done).toHaveLength(6);
});
