import { describe, expect, it } from 'vitest';
import type { TallySpan } from '#contracts/tally';
import { MemoryExecutionIndex } from '#storage/memory/execution-index';
import { readSpans } from '#workers/metrics/spans';
import { measuredRow } from '../../conformance/execution-measures';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-02-15T00:00:00.000Z');
const NOW = T0 + 10 * HOUR;
const ALL = { from: T0, to: NOW + HOUR, span_ms: HOUR };

/** `counts`: how many executions in each hour. */
async function indexOf(...counts: number[]): Promise<MemoryExecutionIndex> {
  const index = new MemoryExecutionIndex();
  let n = 0;
  for (const [hour, count] of counts.entries()) {
    await index.project(Array.from({ length: count }, (_, at) => measuredRow(++n, T0 + hour * HOUR + at)));
  }
  return index;
}

const countOf = ({ pipelines }: TallySpan) => pipelines.reduce((sum, { statuses }) => sum + Object.values(statuses).reduce((all, count) => all + count, 0), 0);
const counts = (spans: TallySpan[]) => spans.map((span) => [(span.at - T0) / HOUR, countOf(span)]);

describe('the sums of a time', () => {
  it('have every execution once, over pages and hours', async () => {
    const index = await indexOf(3, 0, 4500, 1);
    expect(counts((await readSpans(index, 'acme', ALL, NOW)).spans)).toEqual([
      [0, 3],
      [2, 4500],
      [3, 1],
    ]);
  });

  it('keep hours with many executions, and are the same when they are read from there', async () => {
    const index = await indexOf(300, 5, 250);
    const first = await readSpans(index, 'acme', ALL, NOW);
    expect((await index.hours('acme', 0, NOW)).map(({ at }) => at)).toEqual([T0, T0 + 2 * HOUR]);
    const read: number[] = [];
    const rows = index.rows.bind(index);
    index.rows = async (tenant, query) => {
      const found = await rows(tenant, query);
      read.push(found.length);
      return found;
    };
    expect(await readSpans(index, 'acme', ALL, NOW)).toEqual(first);
    expect(read.reduce((sum, length) => sum + length, 0)).toBe(5);
  });

  it('have what comes late into an hour that was kept', async () => {
    const index = await indexOf(300);
    await readSpans(index, 'acme', ALL, NOW);
    await index.project([measuredRow(9999, T0 + 77)]);
    expect(counts((await readSpans(index, 'acme', ALL, NOW)).spans)).toEqual([[0, 301]]);
  });

  it('do not keep the hour that runs, nor the one that has just ended', async () => {
    const index = await indexOf(300);
    await readSpans(index, 'acme', ALL, T0 + HOUR + 1000);
    await readSpans(index, 'acme', ALL, T0 + HOUR / 2);
    expect(await index.hours('acme', 0, NOW)).toEqual([]);
  });

  it('of minutes come from rows alone', async () => {
    const index = await indexOf(300);
    const { spans } = await readSpans(index, 'acme', { from: T0, to: T0 + HOUR, span_ms: 60_000 }, NOW);
    expect(counts(spans)).toEqual([[0, 300]]);
    expect(await index.hours('acme', 0, NOW)).toEqual([]);
  });

  it('say when there is too much to read, have the hours nearest to now, and go further the next time', async () => {
    const index = await indexOf(600, 600, 600);
    const first = await readSpans(index, 'acme', ALL, NOW, 1000);
    expect([first.partial, counts(first.spans)]).toEqual([
      true,
      [
        [1, 600],
        [2, 600],
      ],
    ]);
    const second = await readSpans(index, 'acme', ALL, NOW, 1000);
    expect([second.partial, second.spans.map(countOf)]).toEqual([false, [600, 600, 600]]);
  });

  it('are those of the tenant', async () => {
    const index = await indexOf(3);
    expect((await readSpans(index, 'globex', ALL, NOW)).spans).toEqual([]);
  });
});
