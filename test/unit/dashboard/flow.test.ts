/** The definition with what an execution did on it. */
import { expect, it } from 'vitest';
import type { Pipeline } from '#contracts/definition';
import { flowOf } from '../../../dashboard/src/lib/flow';
import { step } from './timelines';

const node = (name: string, index: number, more: object = {}) => ({ kind: 'activity', name, index, type: 'step.set', ...more });
const PIPELINE = {
  name: 'order',
  main: 4,
  nodes: [
    node('check', 0, { kind: 'conditional', type: 'step.conditional', routes: { true: 2 }, default: 3 }),
    node('each', 1, { kind: 'block', type: 'step.foreach', plan: { kind: 'foreach' }, lanes: [{ name: 'item', from: 4, to: 5 }] }),
    node('ship', 2, { if: 'total > 0', compensate: {} }),
    node('reject', 3),
    node('charge', 4),
  ],
} as unknown as Pipeline;

it('lights the way that was taken, and counts the steps of lanes by their place in the definition', () => {
  const flow = flowOf(PIPELINE, [
    step('check', { index: 0, route: { value: 'true', route: 'true', target: 'ship' } }),
    step('each', { index: 1 }),
    step('each/0/charge', { index: 4 }),
    step('each/1/charge', { index: 4, status: 'failed' }),
    step('ship', { index: 2, status: 'running' }),
    step('reject', { index: 3, status: 'pending' }),
  ]);
  expect(flow.map(({ name, status, times }) => [name, status, times])).toEqual([
    ['check', 'completed', 1],
    ['each', 'completed', 1],
    ['ship', 'running', 1],
    ['reject', undefined, 0],
  ]);
  expect(flow[0]!.ways).toEqual([
    { label: 'true', target: 'ship', taken: true },
    { label: 'otherwise', target: 'reject', taken: false },
  ]);
  expect(flow[1]!.lanes).toMatchObject([
    { label: 'for each item', taken: true, nodes: [{ name: 'charge', times: 2, failed: 1, status: 'failed', step: 'each/1/charge' }] },
  ]);
  expect(flow[2]).toMatchObject({ condition: 'total > 0', compensates: true });
});
