/**
 * Finding text in a JSON value: in keys, and in what is no object or array. Pure.
 *
 * Invariants
 * 1. Order is that of the lines. No more than `most` finds and `MOST_VISITED` values are looked at, so it ends soon.
 */
import { isJsonObject, type Json } from '#contracts/json';
import { childPath, JSON_VIEW, type JsonViewState, type PathKey } from './json-lines';

const MOST_VISITED = 400_000;

export interface Finds {
  /** Keys from the root. */
  finds: PathKey[][];
  /** Not all of it was looked at. */
  cut: boolean;
}

export function findInJson(root: Json, text: string, fetched: JsonViewState['fetched'] = {}, most = 500): Finds {
  const wanted = text.toLowerCase();
  const finds: PathKey[][] = [];
  if (wanted === '') return { finds, cut: false };
  let left = MOST_VISITED;
  const hasFetched = Object.keys(fetched).length > 0;
  const visit = (given: Json, keys: PathKey[]): boolean => {
    if (--left < 0) return false;
    const value = hasFetched ? (fetched[pathOf(keys)] ?? given) : given;
    const key = keys.at(-1);
    const inside = typeof value === 'object' && value !== null;
    const here = (typeof key === 'string' && key.toLowerCase().includes(wanted)) || (!inside && String(value).toLowerCase().includes(wanted));
    if (here && finds.push(keys) >= most) return false;
    if (Array.isArray(value)) return value.every((child, i) => visit(child, [...keys, i]));
    return !isJsonObject(value) || Object.entries(value).every(([name, child]) => visit(child, [...keys, name]));
  };
  return { cut: !visit(root, []), finds };
}

export function pathOf(keys: readonly PathKey[]): string {
  return keys.reduce<string>((path, key) => childPath(path, key), '');
}

/** Children before a find that are shown with it. */
const BEFORE = 10;

/** Opens what is around a find, and shows the children among which it stands. */
export function reveal(root: Json, keys: readonly PathKey[], state: JsonViewState): void {
  let value: Json | undefined = state.fetched?.[''] ?? root;
  let path = '';
  for (const key of keys) {
    state.open[path] = true;
    const at = typeof key === 'number' ? key : isJsonObject(value) ? Object.keys(value).indexOf(key) : 0;
    const start = state.start?.[path] ?? 0;
    if (at < start || at >= start + (state.shown[path] ?? JSON_VIEW.chunk)) {
      state.start = { ...state.start, [path]: Math.max(0, at - BEFORE) };
      state.shown[path] = JSON_VIEW.chunk;
    }
    path = childPath(path, key);
    value = state.fetched?.[path] ?? (typeof value === 'object' && value !== null ? (value as { [key: PathKey]: Json })[key] : undefined);
  }
}
