/** Circuit breakers of several regions read as one list, whatever they are called. */
import { expect, it } from 'vitest';
import type { BreakerRow } from '#contracts/breaker';
import { MemoryCircuitBreakers } from '#storage/memory/circuit-breakers';
import { breakerPlaceIn, mergeBreakerPages, placeOfBreakerCursor } from '#workers/breakers/pages';

const row = (name: string): BreakerRow => ({
  ...{ tenant: 'acme', environment: 'production', name, status: 'open', failing: false, until: null, revision: 1 },
  ...{ failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000, since: 1, updated_at: 1 },
});

type Names = { [region: string]: string };

it.each<[string, Names]>([
  ['the same names in two regions', { us: 'abcde', eu: 'abcde' }],
  ['the same names in three regions', { us: 'abc', ap: 'abc', eu: 'abc' }],
  ['other names', { us: 'ace', eu: 'bdf' }],
  ['some names in common', { us: 'abx', ap: 'b', eu: 'bcx' }],
  ['none in one of them', { us: 'abc', eu: '' }],
  ['one region', { us: 'abc' }],
])('%s: each once, in pages of any size', async (_name, names) => {
  const regions = await Promise.all(
    Object.entries(names).map(async ([region, letters]) => {
      const breakers = new MemoryCircuitBreakers();
      for (const letter of letters) await breakers.put(row(letter));
      return { region, breakers };
    }),
  );
  const all = Object.entries(names).flatMap(([region, letters]) => [...letters].map((letter) => `${letter} ${region}`));
  for (let limit = 1; limit <= all.length + 1; limit++) {
    const seen: string[] = [];
    for (let next: string | null = '', pages = 0; next !== null && pages <= all.length; pages++) {
      const place = next === '' ? undefined : placeOfBreakerCursor(next);
      const asked = regions.map(async ({ region, breakers }) => {
        const part = { limit, ...(place ? { from: breakerPlaceIn(region, place) } : {}) };
        return { region, ...(await breakers.list('acme', 'production', part)) };
      });
      const { items, next_cursor } = mergeBreakerPages(await Promise.all(asked), limit);
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items.map(({ name, region }) => `${name} ${region}`));
      next = next_cursor;
    }
    expect([limit, seen]).toEqual([limit, all.sort()]);
  }
});
