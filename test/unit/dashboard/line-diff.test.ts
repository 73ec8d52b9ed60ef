import { expect, it } from 'vitest';
import { lineDiff } from '../../../dashboard/src/editor/line-diff';

const numbered = (count: number, change: (line: number) => string | undefined = () => undefined) =>
  Array.from({ length: count }, (_, at) => change(at + 1) ?? `line ${at + 1}`).join('\n');

it('puts what changed on the same height, and marks the words', () => {
  const { parts, added, removed } = lineDiff('a: 1\nb: two words\nc: 3\n', 'a: 1\nb: two things\nc: 3\nd: 4\n');
  const rows = parts.flatMap((part) => part.rows);
  expect(rows.map(({ kind, left, right }) => [kind, left?.line, right?.line])).toEqual([
    ['same', 1, 1],
    ['changed', 2, 2],
    ['same', 3, 3],
    ['added', undefined, 4],
  ]);
  expect(rows[1]!.left!.pieces.filter((piece) => piece.marked).map((piece) => piece.text)).toEqual(['words']);
  expect(rows[1]!.right!.pieces.map((piece) => piece.text).join('')).toBe('b: two things');
  expect([added, removed]).toEqual([2, 1]);
});

it('folds what is far from any change', () => {
  const { parts } = lineDiff(
    numbered(40),
    numbered(40, (line) => (line === 20 ? 'other' : undefined)),
  );
  expect(parts.map(({ folded, rows }) => [folded, rows.length])).toEqual([
    [true, 16],
    [false, 7],
    [true, 17],
  ]);
});

it.each([
  ['', '', 0],
  ['a\n', 'a\n', 1],
  ['', 'a\nb', 2],
])('of %j and %j has %i rows', (left, right, count) => {
  expect(lineDiff(left, right).parts.flatMap((part) => part.rows)).toHaveLength(count);
});
