/** How a comparison is told: marks for values, and how much longer one side took. */
import { describe, expect, it } from 'vitest';
import { pathMark, sideText, timeApart } from '../../../dashboard/src/lib/diff-marks';

describe('times side by side', () => {
  it.each([
    ['a second more', 200, 1200, { text: '+1.00 s', tone: 'slower' }],
    ['half of it', 400, 200, { text: '−200 ms', tone: 'faster' }],
    ['a little more', 1000, 1100, { text: '+100 ms', tone: 'same' }],
    ['many times nothing', 1, 9, { text: '+8 ms', tone: 'same' }],
    ['as long', 70, 70.2, undefined],
    ['no time on the left', undefined, 70, undefined],
    ['a right side that runs', 70, null, undefined],
  ])('%s', (_, left, right, said) => {
    expect(timeApart(left, right)).toEqual(said);
  });
});

describe('values side by side', () => {
  it.each([
    ['changed', { left: 1, right: 2 }, '~'],
    ['added', { left: null, right: 2 }, '+'],
    ['added, though the other is null', { left: null, right: null, absent: 'left' as const }, '+'],
    ['removed', { left: 1, right: null }, '−'],
    ['removed, though the other is null', { left: null, right: null, absent: 'right' as const }, '−'],
  ])('%s', (_, entry, sign) => {
    expect(pathMark(entry).sign).toBe(sign);
  });

  it('cuts what is too long for a row, and says by how much', () => {
    expect(sideText('x'.repeat(500), false)).toMatch(/^"x{399} … 102 characters more$/);
    expect(sideText('x', true)).toBe('');
  });
});
