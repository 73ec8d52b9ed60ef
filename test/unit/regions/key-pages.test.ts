/** Keys of several regions read as one list, whatever was taken in the same millisecond. */
import { expect, it } from 'vitest';
import type { KeyPage } from '#contracts/key-store';
import { mergeKeyPages, placeIn, placeOfCursor, type RegionalPlace } from '#workers/idempotency/key-pages';
import { MemoryKeyRecords, memoryKeyStore, TestClock } from '../../conformance/memory-key-store';

const owner = { workflow_id: 'wf_1', workflow: 'orders', pipeline: 'pay' };

/** Keys by region, each with when it was taken. */
type Taken = { [region: string]: [key: string, at: number][] };

function regionsOf(taken: Taken) {
  return Object.entries(taken).map(([region, keys]) => {
    const records = new MemoryKeyRecords();
    for (const [key, at] of keys) records.put(key, { holder: 'exec_1/charge/run', until: 2_000_000, at, owner });
    return { region, store: memoryKeyStore(new TestClock(), records) };
  });
}

const at = (time: number, keys = 'abcde') => [...keys].map((key): [string, number] => [key, time]);

it.each<[string, Taken]>([
  ['the same keys at the same time', { us: at(7), eu: at(7) }],
  ['the same keys at the same time in three regions', { us: at(7), ap: at(7), eu: at(7) }],
  ['a key that only the first region has', { ap: at(7, 'ab'), eu: at(7, 'b') }],
  ['a key that only the last region has', { eu: at(7, 'b'), us: at(7, 'ab') }],
  ['other times', { us: [...at(9, 'a'), ...at(7, 'bc')], eu: [...at(8, 'a'), ...at(7, 'b'), ...at(6, 'c')] }],
  ['one region', { us: at(7) }],
])('%s: each once, in pages of any size', async (_name, taken) => {
  const regions = regionsOf(taken);
  const all = Object.entries(taken).flatMap(([region, keys]) => keys.map(([key, time]) => `${time} ${key} ${region}`));
  const page = async (limit: number, place?: RegionalPlace) => {
    const asked = regions.map(async ({ region, store }): Promise<KeyPage & { region: string }> => {
      return { region, ...(await store.list({ limit, ...(place ? { before: placeIn(region, place) } : {}) })) };
    });
    return mergeKeyPages(await Promise.all(asked), limit);
  };
  for (let limit = 1; limit <= all.length + 1; limit++) {
    const seen: string[] = [];
    for (let next: string | null = '', pages = 0; next !== null && pages <= all.length; pages++) {
      const { items, next_cursor } = await page(limit, next === '' ? undefined : placeOfCursor(next));
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items.map(({ at: time, key, region }) => `${time} ${key} ${region}`));
      next = next_cursor;
    }
    expect([limit, seen]).toEqual([limit, all.sort().reverse()]);
  }
});

it('a place says of which region it is', () => {
  const { next_cursor } = mergeKeyPages([{ region: 'us', items: [], next: { at: 7, key: 'k' } }], 1);
  expect(placeOfCursor(next_cursor!)).toEqual({ at: 7, key: 'k', region: 'us' });
  expect(() => placeOfCursor(btoa(JSON.stringify(['step-keys', 7, 'k'])))).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
});
