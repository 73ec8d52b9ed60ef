/** The items of a list of mappings, each with its place; what is no mapping, or has a key that nobody knows, is reported. */
import type { Checker, Place } from '#language/checker';
import type { MapNode } from '#language/source';

export interface ItemShape {
  keys: ReadonlySet<string>;
  /** `a subscription`, for the message. */
  what: string;
}

export function eachItem(checker: Checker, map: MapNode, path: string, key: string, shape: ItemShape, see: (place: Place, item: MapNode) => void): void {
  const list = checker.given(map, path, key);
  (list ? checker.list(list, key) : undefined)?.forEach((node, index) => {
    const place: Place = { node, path: `${list!.path}[${index}]`, keyRange: node.range };
    const item = checker.map(place, `${shape.what.charAt(0).toUpperCase()}${shape.what.slice(1)}`);
    if (!item) return;
    checker.keys(item, place.path, shape.keys, shape.what);
    see({ ...place, keyRange: item.entries.values().next().value?.keyRange ?? node.range }, item);
  });
}

export function required(checker: Checker, place: Place, item: MapNode, key: string, what: string, keys: ReadonlySet<string>): Place | undefined {
  const found = checker.given(item, place.path, key);
  if (!found && !checker.meant(item, place.path, keys, key))
    checker.report.error('missing_key', `The key "${key}" of ${what} is missing.`, `${place.path}.${key}`, place.keyRange, `Write ${key}: with its value.`);
  return found;
}
