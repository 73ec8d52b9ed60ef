/**
 * Pages of several sources that order alike, as one page, so that one cursor is a place in all of them. The page ends where the
 * first source that has more was cut: what another one has behind that place comes with the next page, and nothing is missed
 * or shown twice.
 */

export interface SourcePage<T, P> {
  items: readonly T[];
  /** Where the source was cut, at its last item or behind it; `null`: it has no more. */
  next: P | null;
}

export interface Order<T, P> {
  placeOf(item: T): P;
  /** Positive: `left` comes before `right` in the list. */
  compare(left: P, right: P): number;
}

/** At most `limit`. */
export function mergedPage<T, P>(pages: readonly SourcePage<T, P>[], limit: number, { placeOf, compare }: Order<T, P>): { items: T[]; next: P | null } {
  const all = pages.flatMap(({ items }) => items).sort((left, right) => compare(placeOf(right), placeOf(left)));
  let edge: P | null = null;
  for (const { next } of pages) if (next !== null && (edge === null || compare(next, edge) > 0)) edge = next;
  const cut = edge;
  const items = cut === null ? all : all.filter((item) => compare(placeOf(item), cut) >= 0);
  if (items.length <= limit) return { items, next: edge };
  return { items: items.slice(0, limit), next: placeOf(items[limit - 1]!) };
}
