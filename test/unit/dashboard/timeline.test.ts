/** Pages of a timeline and what is new since, put together: the same as if all had been loaded at once. */
import { describe, expect, it } from 'vitest';
import { firstOf, type Loaded, type SlimStep, type TimelineAnswer, withChanges, withPage } from '../../../dashboard/src/lib/timeline';
import { step, timeline } from './timelines';

const named = (name: string, more: Partial<SlimStep> = {}) => step(name, { started_at: `2026-01-01T00:00:0${name.length}.000Z`, ...more });
const answer = (steps: SlimStep[], more: Partial<TimelineAnswer> = {}): TimelineAnswer => ({
  ...timeline({ status: 'running', last_seq: 10 }),
  steps,
  steps_total: steps.length,
  next_cursor: null,
  ...more,
});
const names = (loaded: Loaded | null) => loaded?.timeline.steps.map(({ name, status }) => `${name} ${status}`);

describe('pages', () => {
  it('follow each other, each step once, and the moment stays that of the first', () => {
    const first = firstOf(answer([named('a'), named('bb')], { steps_total: 3, next_cursor: 'c2' }));
    const both = withPage(first, answer([named('bb'), named('ccc')], { steps_total: 3, last_seq: 15 }));
    expect(names(both)).toEqual(['a completed', 'bb completed', 'ccc completed']);
    expect([first.next, both.next, both.timeline.last_seq]).toEqual(['c2', null, 10]);
  });
});

describe('what is new', () => {
  const known = () =>
    firstOf(answer([named('a'), named('bb', { status: 'running' }), step('later', { status: 'pending', started_at: undefined })], { steps_total: 3 }));

  it.each<[string, SlimStep[], Partial<TimelineAnswer>, string[] | undefined]>([
    ['replaces a step in its place', [named('bb', { status: 'failed' })], { steps_total: 3 }, ['a completed', 'bb failed', 'later pending']],
    ['puts a new step before those still to come', [named('ccc')], { steps_total: 4 }, ['a completed', 'bb running', 'ccc completed', 'later pending']],
    ['takes a step that has begun at last out of those to come', [named('later')], { steps_total: 3 }, ['a completed', 'bb running', 'later completed']],
    [
      'moves a step that has begun again to the end',
      [named('a', { started_at: '2026-01-01T00:01:00.000Z' })],
      { steps_total: 3 },
      ['bb running', 'a completed', 'later pending'],
    ],
    ['drops what will not come once it has ended', [], { status: 'failed', steps_total: 2 }, ['a completed', 'bb running']],
    ['gives up where steps are missing after it', [], { steps_total: 9 }, undefined],
    ['gives up where there is more than a page', [named('bb')], { next_cursor: 'more' }, undefined],
  ])('%s', (_, steps, more, expected) => expect(names(withChanges(known(), answer(steps, { last_seq: 12, ...more })))).toEqual(expected));

  it('that is older than what is here changes nothing', () => {
    const before = known();
    expect(withChanges(before, answer([named('a', { status: 'failed' })], { last_seq: 9 }))).toEqual(before);
  });

  it('leaves steps that nobody has loaded yet to their page', () => {
    const first = firstOf(answer([named('a')], { steps_total: 5, next_cursor: 'c1' }));
    const next = withChanges(first, answer([named('a', { status: 'failed' }), named('zzzz')], { last_seq: 12, steps_total: 6 }));
    expect([names(next), next?.next, next?.timeline.last_seq]).toEqual([['a failed'], 'c1', 12]);
  });
});
