/**
 * Reading, writing and deleting at paths. A key is a string, a number, a range `{start, end}`, or (reading only) an
 * array to look for. Values are never changed in place: what is written is a copy along the path.
 */
import type { Json, JsonObject } from '#contracts/json';
import { add } from '#jq/arithmetic';
import { burn, grow } from '#jq/budget';
import { compare, described, equal, field, isObject, put, raise, sorted, typeOf } from '#jq/values';

/** Largest index that a write may fill up to. */
const MAX_INDEX = 2_000_000;

export function getKey(value: Json, key: Json): Json {
  if (typeof key === 'string') {
    if (isObject(value)) return field(value, key);
    if (value === null) return null;
    return raise(key.length < 30 ? `Cannot index ${typeOf(value)} with string "${key}"` : `Cannot index ${typeOf(value)} with string`);
  }
  if (typeof key === 'number') {
    if (Array.isArray(value)) return item(value, key);
    if (value === null) return null;
  } else if (isObject(key)) {
    if (value === null) return null;
    if (Array.isArray(value) || typeof value === 'string') return sliced(value, bound(key, 'start'), bound(key, 'end'));
  } else if (Array.isArray(key) && Array.isArray(value)) return occurrences(value, key);
  return raise(`Cannot index ${typeOf(value)} with ${typeOf(key)}`);
}

/** A range names both of its ends, `null` where there is none. */
function bound(range: JsonObject, name: 'start' | 'end'): Json {
  return Object.hasOwn(range, name) ? range[name]! : raise('Array/string slice indices must be integers');
}

function item(list: Json[], index: number): Json {
  if (Number.isNaN(index)) return null;
  const at = Math.trunc(index);
  return list[at < 0 ? at + list.length : at] ?? null;
}

/** The places at which the inner list begins. */
export function occurrences(list: Json[], wanted: Json[]): Json[] {
  const found: Json[] = [];
  if (wanted.length === 0) return found;
  for (let at = 0; at + wanted.length <= list.length; at++) {
    burn(1);
    if (wanted.every((one, offset) => equal(one, list[at + offset]!))) found.push(at);
  }
  return found;
}

/** Start and end in a list or text of `length`, clamped. */
function range(length: number, from: Json, to: Json): [number, number] {
  if ((from !== null && typeof from !== 'number') || (to !== null && typeof to !== 'number')) return raise('Array/string slice indices must be integers');
  const clamp = (at: number) => Math.max(0, Math.min(length, at < 0 ? at + length : at));
  const start = from === null || Number.isNaN(from) ? 0 : clamp(from);
  const end = to === null || Number.isNaN(to) ? length : clamp(to);
  // A fraction is part of its element: the start goes down, the end goes up.
  const [low, high] = [Math.floor(start), Math.min(length, Math.ceil(end))];
  return [low, Math.max(low, high)];
}

export function sliced(value: Json, from: Json, to: Json): Json {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const [start, end] = range(value.length, from, to);
    grow(16 + 8 * (end - start));
    return value.slice(start, end);
  }
  if (typeof value !== 'string') return raise(`Cannot index ${typeOf(value)} with object`);
  burn(1 + (value.length >> 2));
  if (!hasPairs(value)) {
    const [start, end] = range(value.length, from, to);
    return value.slice(start, end);
  }
  const points = Array.from(value);
  const [start, end] = range(points.length, from, to);
  return points.slice(start, end).join('');
}

/** Whether a text has characters of two units. */
export function hasPairs(text: string): boolean {
  return /[\ud800-\udbff]/.test(text);
}

export function getPath(value: Json, path: readonly Json[]): Json {
  let at = value;
  for (const key of path) {
    if (at === null) return null;
    at = getKey(at, key);
  }
  return at;
}

/** A copy of a list or object. */
function copied<T extends Json[] | JsonObject>(value: T): T {
  if (Array.isArray(value)) {
    grow(16 + 8 * value.length);
    return value.slice() as T;
  }
  const copy = { ...value };
  grow(32 + 16 * Object.keys(copy).length);
  return copy as T;
}

/**
 * Writes on a copy that grows as it is written to. Lists and objects that were made by it are its own and are changed in
 * place, so many writes cost one copy; it gives them up when it hands one out, for then somebody else knows it.
 */
export class Draft {
  private own = new Set<Json>();

  constructor(public root: Json) {}

  get(path: readonly Json[]): Json {
    const value = getPath(this.root, path);
    if (typeof value === 'object' && value !== null && this.own.has(value)) this.own = new Set();
    return value;
  }

  set(path: readonly Json[], value: Json): void {
    this.root = this.write(this.root, path, 0, value);
  }

  /** `. + value`. */
  add(value: Json): void {
    const { root } = this;
    if (Array.isArray(root) && Array.isArray(value) && this.own.has(root)) {
      grow(8 * value.length);
      for (const item of value) root.push(item);
    } else if (isObject(root) && isObject(value) && this.own.has(root)) {
      for (const key of Object.keys(value)) {
        grow(24);
        put(root, key, value[key]!);
      }
    } else {
      this.root = add(root, value);
      if (typeof this.root === 'object' && this.root !== null && this.root !== root && this.root !== value) this.own.add(this.root);
    }
  }

  private write(value: Json, path: readonly Json[], depth: number, fresh: Json): Json {
    if (depth === path.length) return fresh;
    burn(1);
    const key = path[depth]!;
    const inner = this.write(getKey(value, key), path, depth + 1, fresh);
    if (typeof key === 'string') {
      const target = this.owned((value ?? {}) as JsonObject) as JsonObject;
      if (!Object.hasOwn(target, key)) grow(24);
      put(target, key, inner);
      return target;
    }
    const list = (value ?? []) as Json[];
    if (typeof key === 'number') return this.writeItem(list, key, inner);
    if (isObject(key)) {
      if (typeof value === 'string') return raise('Cannot update string slices');
      if (!Array.isArray(inner)) return raise('A slice of an array can only be assigned another array');
      const [start, end] = range(list.length, field(key, 'start'), field(key, 'end'));
      grow(16 + 8 * (list.length + inner.length));
      return [...list.slice(0, start), ...inner, ...list.slice(end)];
    }
    return raise(`Cannot update field at ${typeOf(key)} index of ${typeOf(value)}`);
  }

  private writeItem(list: Json[], key: number, inner: Json): Json {
    if (Number.isNaN(key)) return raise('Cannot set array element at NaN index');
    const at = Math.trunc(key) < 0 ? Math.trunc(key) + list.length : Math.trunc(key);
    if (at < 0) return raise('Out of bounds negative array index');
    if (at > MAX_INDEX) return raise('Array index too large');
    const target = this.owned(list) as Json[];
    if (at >= target.length) grow(8 * (at + 1 - target.length));
    while (target.length < at) target.push(null);
    target[at] = inner;
    return target;
  }

  private owned(value: Json[] | JsonObject): Json[] | JsonObject {
    if (this.own.has(value)) return value;
    const copy = copied(value);
    this.own.add(copy);
    return copy;
  }
}

export function setPath(value: Json, path: readonly Json[], fresh: Json): Json {
  const draft = new Draft(value);
  draft.set(path, fresh);
  return draft.root;
}

/** Deletes at all paths as they are in `value`. */
export function deletePaths(value: Json, paths: readonly Json[]): Json {
  const inOrder = sorted(paths).map((path) => (Array.isArray(path) ? path : raise('Path must be specified as an array')));
  if (inOrder.length === 0) return value;
  return inOrder[0]!.length === 0 ? null : deleteBelow(value, inOrder, 0);
}

/** `paths` are sorted and agree up to `depth`. */
function deleteBelow(value: Json, paths: readonly Json[][], depth: number): Json {
  let out = value;
  const gone: Json[] = [];
  for (let from = 0; from < paths.length; ) {
    burn(1);
    const key = paths[from]![depth]!;
    let to = from + 1;
    while (to < paths.length && compare(paths[to]![depth]!, key) === 0) to++;
    // The shortest comes first: what is deleted whole needs no deletion inside.
    if (paths[from]!.length === depth + 1) gone.push(key);
    else {
      const inner = getKey(out, key);
      if (inner !== null) out = setPath(out, [key], deleteBelow(inner, paths.slice(from, to), depth + 1));
    }
    from = to;
  }
  return gone.length === 0 ? out : withoutKeys(out, gone);
}

function withoutKeys(value: Json, keys: readonly Json[]): Json {
  if (value === null) return null;
  if (isObject(value)) {
    const copy = copied(value);
    for (const key of keys) {
      if (typeof key !== 'string') return raise(`Cannot delete ${typeOf(key)} field of object`);
      delete copy[key];
    }
    return copy;
  }
  if (!Array.isArray(value)) return raise(`Cannot delete fields from ${typeOf(value)}`);
  const gone = new Uint8Array(value.length);
  for (const key of keys) {
    if (typeof key === 'number') {
      const at = Math.trunc(key) < 0 ? Math.trunc(key) + value.length : Math.trunc(key);
      if (at >= 0 && at < value.length) gone[at] = 1;
    } else if (isObject(key)) gone.fill(1, ...range(value.length, field(key, 'start'), field(key, 'end')));
    else return raise(`Cannot delete ${typeOf(key)} element of array`);
  }
  grow(16 + 8 * value.length);
  burn(value.length);
  return value.filter((_, index) => gone[index] === 0);
}

/** Whether `a` holds all that `b` holds. */
export function contains(a: Json, b: Json): boolean {
  burn(1);
  if (isObject(a) && isObject(b)) return Object.keys(b).every((key) => Object.hasOwn(a, key) && contains(a[key]!, b[key]!));
  if (Array.isArray(a) && Array.isArray(b)) return b.every((wanted) => a.some((one) => typeOf(one) === typeOf(wanted) && contains(one, wanted)));
  if (typeof a === 'string' && typeof b === 'string') {
    burn(a.length >> 2);
    return a.includes(b);
  }
  if (typeOf(a) === typeOf(b)) return compare(a, b) === 0;
  return raise(`${described(a)} and ${described(b)} cannot have their containment checked`);
}
