/** The impact of a version in words. */
import { expect, it } from 'vitest';
import { impactSentence } from '../../../dashboard/src/lib/impact';

const counts = (current: number, movable: number, blocked: number) => ({ running: current + movable + blocked, current, movable, blocked });

it.each([
  [counts(0, 0, 0), null, 'No execution runs now.'],
  [counts(1, 0, 0), null, 'One execution runs on this version already.'],
  [counts(2, 0, 0), null, '2 executions run on this version already.'],
  [counts(0, 1, 0), null, 'One execution runs on another version: 1 can be moved.'],
  [counts(1, 2, 3), null, '5 executions run on another version: 2 can be moved, 3 cannot, 1 runs on this version already.'],
  [counts(0, 0, 9), 'more', '9 executions run on another version: 9 cannot. These are the first of them.'],
])('%j', (given, next_cursor, sentence) => {
  expect(impactSentence({ counts: given, next_cursor })).toBe(sentence);
});
