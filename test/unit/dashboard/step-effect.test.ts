/** What the pane says of effect and cost, for every kind of step. */
import { describe, expect, it } from 'vitest';
import type { ExecutionCost } from '#contracts/api-metrics';
import type { TimelineStep } from '#contracts/execution';
import { NO_USAGE } from '#contracts/metrics';
import { costOfStep, effectOf } from '../../../dashboard/src/lib/step-effect';

const step = (more: Partial<TimelineStep> = {}): TimelineStep => ({ name: 's', type: 't', index: 0, status: 'completed', attempts: 1, ...more });
const key = { idempotency_key: 'exec_1:s' };
const block = { kind: 'foreach', begun: 2, completed: 2, failed: 0, stopped: 0 } as const;

it.each<[string, Partial<TimelineStep>, RegExp]>([
  ['a call', key, /^Happens once for its key/],
  ['a call that was undone', { ...key, compensation: { type: 't', status: 'completed', attempts: 1 } }, /undone/],
  ['a call whose result was there', { ...key, response: { reused: true } }, /^None this time/],
  ['a step that computes', {}, /^None: it computes or waits/],
  ['a wait', { status: 'waiting', waiting_until: '2026-11-23T14:30:00.000Z' }, /^None: it computes or waits/],
  ['a block', { block }, /steps within/],
  ['a mocked one', { ...key, mocked: { by: 'ann' } }, /mock/],
  ['one that was skipped', { status: 'skipped' }, /^None: it was skipped/],
  ['one that failed and was passed over', { ...key, status: 'skipped' }, /^Happens once for its key/],
  ['one to come', { status: 'pending' }, /not begun/],
])('effect of %s', (_, more, expected) => expect(effectOf(step(more), step(more))).toMatch(expected));

describe('cost', () => {
  const cost = (...names: string[]) =>
    ({ by_step: names.map((name) => ({ step: name, type: 't', cost_usd: 0.000002, usage: NO_USAGE })) }) as unknown as ExecutionCost;
  it.each<[string, Partial<TimelineStep>, ExecutionCost | undefined, RegExp | undefined]>([
    ['is not known yet', {}, undefined, undefined],
    ['of a step', {}, cost('s'), /estimated$/],
    ['of an item, with all runs', { name: 'each/17/s' }, cost('each/s'), /estimated, of all its runs$/],
    ['of one to come', { status: 'pending' }, cost(), /^Nothing yet/],
    ['of one beyond those that are measured one by one', {}, cost('a', '(other)'), /together/],
    ['of one that took nothing', {}, cost('a'), /^Nothing of its own/],
  ])('%s', (_, more, known, expected) => {
    const words = costOfStep(step(more), known);
    if (expected) expect(words).toMatch(expected);
    else expect(words).toBeUndefined();
  });
});
