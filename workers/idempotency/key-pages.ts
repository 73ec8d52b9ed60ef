/**
 * Pages of keys of several regions as one. Pure.
 *
 * 1. The order is total: by time, then by key, then, for a key that was taken in two regions in the same millisecond, by
 *    region. So a place is never two keys, and the next page begins right behind it in each region.
 * 2. Regions know nothing of each other: each is asked for what stands before a time and a key of its own list.
 */
import type { KeyPage, KeyPlace, ListedKey } from '#contracts/key-store';
import { comparePlaces } from '#objects/key-list';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { mergedPage } from '#workers/merged-pages';

const CURSOR = 'step-keys';

export interface RegionalPlace extends KeyPlace {
  region: string;
}

export type RegionalKey = ListedKey & { region: string };

/** Newest first, at most `limit`. */
export function mergeKeyPages(pages: readonly (KeyPage & { region: string })[], limit: number): { items: RegionalKey[]; next_cursor: string | null } {
  const sources = pages.map(({ region, items, next }) => ({ items: items.map((item) => ({ ...item, region })), next: next && { ...next, region } }));
  const { items, next } = mergedPage<RegionalKey, RegionalPlace>(sources, limit, { placeOf, compare });
  return { items, next_cursor: next && encodeCursor(CURSOR, [next.at, next.key, next.region]) };
}

/** Throws Problem('invalid_cursor'). */
export function placeOfCursor(cursor: string): RegionalPlace {
  const [at, key, region] = decodeCursor(CURSOR, ['number', 'string', 'string'], cursor);
  return { at, key, region };
}

/** Before which place of its own list a region has what comes behind this one. */
export function placeIn(region: string, { at, key, region: last }: RegionalPlace): KeyPlace {
  // Its key of the same name is still to come: nothing stands between a key and the same with a NUL.
  return { at, key: region < last ? `${key}\0` : key };
}

function placeOf({ at, key, region }: RegionalKey): RegionalPlace {
  return { at, key, region };
}

function compare(left: RegionalPlace, right: RegionalPlace): number {
  return comparePlaces(left, right) || (left.region < right.region ? -1 : left.region > right.region ? 1 : 0);
}
