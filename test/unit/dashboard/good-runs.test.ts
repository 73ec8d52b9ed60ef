/** The good runs before an execution: of the same pipeline and environment, and never itself. */
import { expect, it } from 'vitest';
import type { ExecutionSummary } from '#contracts/execution';
import { goodRuns, goodRunsQuery } from '../../../dashboard/src/lib/good-runs';
import { at, timeline } from './timelines';

const run = (execution_id: string) => ({ execution_id }) as ExecutionSummary;

it('asks for what completed before it, of its pipeline', () => {
  const query = goodRunsQuery(timeline({ environment: 'staging', started_at: at(5) }));
  expect(Object.fromEntries(query)).toEqual({
    workflow: 'orders',
    pipeline: 'process-order',
    environment: 'staging',
    status: 'completed',
    to: at(5),
    limit: '5',
  });
});

it('leaves itself out, and shows no more than a few', () => {
  const found = ['a', 'exec_0', 'b', 'c', 'd', 'e'].map(run);
  expect(goodRuns(found, timeline({})).map(({ execution_id }) => execution_id)).toEqual(['a', 'b', 'c', 'd']);
});
