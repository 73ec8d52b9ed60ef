/** Where steps go, and how paths change when some come or leave. */
import { type Path, within } from '../yaml/tree';

/** Before the step at `index` of a list, or behind its last one. */
export interface Spot {
  list: Path;
  index: number;
}

/** Directly behind a step. */
export function spotAfter(path: Path): Spot {
  const last = path.at(-1);
  return typeof last === 'number' ? { list: path.slice(0, -1), index: last + 1 } : { list: path, index: 1 };
}

/** Where a step stands. */
export function spotOf(path: Path): Spot {
  const last = path.at(-1);
  return typeof last === 'number' ? { list: path.slice(0, -1), index: last } : { list: path, index: 0 };
}

export function afterInsert(path: Path, { list, index }: Spot): Path {
  const place = path[list.length];
  if (!within(path, list) || typeof place !== 'number' || place < index) return path;
  return [...list, place + 1, ...path.slice(list.length + 1)];
}

export function afterRemove(path: Path, removed: Path): Path {
  const list = removed.slice(0, -1);
  const index = removed.at(-1);
  const place = path[list.length];
  if (typeof index !== 'number' || !within(path, list) || typeof place !== 'number' || place <= index) return path;
  return [...list, place - 1, ...path.slice(list.length + 1)];
}
