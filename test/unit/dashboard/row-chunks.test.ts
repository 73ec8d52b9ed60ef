import { describe, expect, it } from 'vitest';
import type { LiveRow } from '../../../dashboard/src/lib/live-rows';
import { between, countOf, filled, keptOf, lacking, type RowChunk, readKept, rowAt, thinned, withRow } from '../../../dashboard/src/lib/row-chunks';

const row = (n: number) => ({ execution_id: `exec_${n}`, started_at: `t${n}` }) as LiveRow;
const page = (from: number, count: number, cursor: string | null): RowChunk => ({
  cursor,
  count,
  rows: Array.from({ length: count }, (_, at) => row(from + at)),
});
const empty = ({ cursor, count }: RowChunk): RowChunk => ({ cursor, count });
const CHUNKS = [page(0, 50, null), page(50, 200, 'a'), page(250, 200, 'b')];

describe('rows of pages', () => {
  it('are found by their place in the whole list', () => {
    expect(countOf(CHUNKS)).toBe(450);
    expect([0, 49, 50, 449].map((index) => rowAt(CHUNKS, index)?.execution_id)).toEqual(['exec_0', 'exec_49', 'exec_50', 'exec_449']);
    expect(rowAt(CHUNKS, 450)).toBeUndefined();
  });

  it('are drawn over the edges of pages, with gaps where a page is not here', () => {
    expect(between(CHUNKS, 48, 52).map(({ index, row: one }) => [index, one?.execution_id])).toEqual([
      [48, 'exec_48'],
      [49, 'exec_49'],
      [50, 'exec_50'],
      [51, 'exec_51'],
    ]);
    const holed = [CHUNKS[0]!, empty(CHUNKS[1]!), CHUNKS[2]!];
    expect(between(holed, 249, 251)).toEqual([
      { index: 249, row: undefined },
      { index: 250, row: row(250) },
    ]);
    expect(lacking(holed, 0, 50)).toEqual([]);
    expect(lacking(holed, 0, 51)).toEqual([1]);
    expect(lacking(holed, 250, 300)).toEqual([]);
  });

  it('take what was asked for, also when there are fewer than before', () => {
    const holed = [CHUNKS[0]!, empty(CHUNKS[1]!)];
    const next = filled(holed, 1, [row(50), row(51)]);
    expect([countOf(next), rowAt(next, 51)?.execution_id]).toEqual([52, 'exec_51']);
  });

  it('are let go of far from the window, but for the first page', () => {
    const far = thinned(CHUNKS, 0, 40, 100);
    expect(far.map(({ rows }) => rows !== undefined)).toEqual([true, true, false]);
    expect(countOf(far)).toBe(450);
    expect(thinned(CHUNKS, 400, 440, 100).map(({ rows }) => rows !== undefined)).toEqual([true, false, true]);
  });

  it('change where they are', () => {
    const changed = withRow(CHUNKS, 'exec_60', (one) => ({ ...one, seq: 9 }))!;
    expect([rowAt(changed, 60)?.seq, changed[0] === CHUNKS[0]]).toEqual([9, true]);
    expect(withRow(CHUNKS, 'exec_9999', (one) => one)).toBeUndefined();
  });
});

describe('a list that was left', () => {
  it('is the same when it is read again', () => {
    const kept = keptOf(CHUNKS, 'c');
    expect(readKept(JSON.stringify(kept))).toEqual({
      top: 't0',
      pages: [
        [null, 50],
        ['a', 200],
        ['b', 200],
      ],
      next: 'c',
    });
  });

  it.each([[null], ['nonsense'], ['{"top":1}'], ['{"top":"t","pages":[["a",-1]],"next":null}']])('is not read from %s', (text) =>
    expect(readKept(text)).toBeUndefined(),
  );
});
