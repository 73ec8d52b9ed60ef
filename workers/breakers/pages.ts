/**
 * Pages of circuit breakers of several regions as one. Pure.
 *
 * The order is total: by name, then by region, for a host that is called from two of them has a breaker in each. Regions know
 * nothing of each other: each is asked for what stands behind a name of its own list.
 */
import type { BreakerPlace, BreakerRow, BreakerRows } from '#contracts/breaker';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { mergedPage } from '#workers/merged-pages';

const CURSOR = 'circuit-breakers';

export interface RegionalBreakerPlace {
  name: string;
  region: string;
}

export type RegionalBreaker = BreakerRow & { region: string };

/** By name, at most `limit`. */
export function mergeBreakerPages(
  pages: readonly (BreakerRows & { region: string })[],
  limit: number,
): { items: RegionalBreaker[]; next_cursor: string | null } {
  const sources = pages.map(({ region, items, more }) => {
    const last = items.at(-1);
    return { items: items.map((item) => ({ ...item, region })), next: more && last ? { name: last.name, region } : null };
  });
  const { items, next } = mergedPage<RegionalBreaker, RegionalBreakerPlace>(sources, limit, { placeOf, compare });
  return { items, next_cursor: next && encodeCursor(CURSOR, [next.name, next.region]) };
}

/** Throws Problem('invalid_cursor'). */
export function placeOfBreakerCursor(cursor: string): RegionalBreakerPlace {
  const [name, region] = decodeCursor(CURSOR, ['string', 'string'], cursor);
  return { name, region };
}

/** Where a region goes on behind this place. */
export function breakerPlaceIn(region: string, { name, region: last }: RegionalBreakerPlace): BreakerPlace {
  return { name, including: region > last };
}

function placeOf({ name, region }: RegionalBreaker): RegionalBreakerPlace {
  return { name, region };
}

function compare(left: RegionalBreakerPlace, right: RegionalBreakerPlace): number {
  return ordered(right.name, left.name) || ordered(right.region, left.region);
}

function ordered(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
