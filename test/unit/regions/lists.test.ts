/** Lists of several regions read as one. */
import { describe, expect, it } from 'vitest';
import type { ExecutionSummary } from '#contracts/execution';
import { executionCursor, placeOfExecutionCursor } from '#storage/execution-cursor';
import { mergePages, type RegionPage } from '#workers/regions/lists';

const row = (at: number): ExecutionSummary => ({ execution_id: `exec_${at}`, started_at: new Date(at).toISOString() }) as ExecutionSummary;

/** What a region answers that has executions started at these times. */
function pageOf(region: string, times: number[], limit: number, cursor: string | null): RegionPage {
  const before = cursor === null ? Number.POSITIVE_INFINITY : placeOfExecutionCursor(cursor).started_at;
  const left = times.filter((at) => at < before).sort((a, b) => b - a);
  const items = left.slice(0, limit).map(row);
  return {
    region,
    items,
    next_cursor: left.length > limit ? executionCursor({ started_at: left[limit - 1]!, execution_id: `exec_${left[limit - 1]}` }) : null,
  };
}

describe('pages of several regions', () => {
  it.each([
    [[1, 2, 3, 4, 5, 6, 7], [], 3],
    [[1, 3, 5, 7, 9], [2, 4, 6, 8, 10], 3],
    [[10, 11, 12], [1, 2, 3], 2],
    [[1, 2, 3], [10, 11, 12, 13, 14, 15, 16], 1],
    [[], [], 5],
    [[5], [5], 1],
  ])('%j and %j by %i: each once, newest first', (us, eu, limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = mergePages([pageOf('us', us, limit, cursor), pageOf('eu', eu, limit, cursor)], limit);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items.map((item) => `${Date.parse(item.started_at)}`));
      cursor = page.next_cursor;
    } while (cursor);
    // Two of the very same place cannot be: an id is of one region.
    const all = [...new Set([...us, ...eu])].sort((a, b) => b - a).map(String);
    expect([...new Set(seen)]).toEqual(all);
  });

  it('is as short as the region that looked least far', () => {
    const windowed = { region: 'us', items: [row(90)], next_cursor: executionCursor({ started_at: 50, execution_id: 'exec_50' }) };
    const page = mergePages([windowed, pageOf('eu', [80, 40], 10, null)], 10);
    expect(page.items.map((item) => item.execution_id)).toEqual(['exec_90', 'exec_80']);
    expect(placeOfExecutionCursor(page.next_cursor!).started_at).toBe(50);
  });
});
