/** Builtins that work on values alone. Their arguments are evaluated first; each combination is a call. */
import type { Json } from '#contracts/json';
import { split } from '#jq/arithmetic';
import { burn, grow, timeOfRun } from '#jq/budget';
import { gmtime, mktime } from '#jq/builtins/dates';
import { fromEntries, toEntries } from '#jq/builtins/entries';
import { FORMATS, textOf } from '#jq/builtins/formats';
import { fromJson, toNumber } from '#jq/builtins/json';
import { array, iterated } from '#jq/builtins/list-of';
import { MATHEMATICS } from '#jq/builtins/mathematics';
import { asciiCase, codePoints, endsWith, explode, implode, join, startsWith, toText, trimmed, withoutPrefix, withoutSuffix } from '#jq/builtins/native-text';
import { strftime } from '#jq/builtins/strftime';
import { strptime } from '#jq/builtins/strptime';
import { JqHalt } from '#jq/errors';
import { contains, deletePaths, getKey, hasPairs, occurrences, setPath } from '#jq/paths';
import { compare, described, isObject, raise, sorted, sortedKeys, typeOf } from '#jq/values';

export type Native = (input: Json, ...args: Json[]) => Json;

function length(value: Json): Json {
  if (value === null) return 0;
  if (typeof value === 'string') return codePoints(value);
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'boolean') return raise(`${described(value)} has no length`);
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function keys(value: Json, inOrder: boolean): Json {
  if (Array.isArray(value)) {
    grow(16 + 8 * value.length);
    return [...value.keys()];
  }
  if (!isObject(value)) return raise(`${described(value)} has no keys`);
  const names = inOrder ? sortedKeys(value) : Object.keys(value);
  grow(16 + 8 * names.length);
  return names;
}

function has(value: Json, key: Json): Json {
  if (value === null) return false;
  if (isObject(value) && typeof key === 'string') return Object.hasOwn(value, key);
  if (Array.isArray(value) && typeof key === 'number') return Math.trunc(key) >= 0 && Math.trunc(key) < value.length;
  return raise(`Cannot check whether ${typeOf(value)} has a ${typeOf(key)} key`);
}

function unique(value: Json): Json {
  const out: Json[] = [];
  for (const item of sorted(array(value, 'sorted'))) if (out.length === 0 || compare(out[out.length - 1]!, item) !== 0) out.push(item);
  grow(16 + 16 * out.length);
  return out;
}

function extreme(value: Json, better: (order: number) => boolean): Json {
  if (!Array.isArray(value)) return raise(`${described(value)} cannot be iterated over`);
  return value.reduce<Json | undefined>((best, item) => (best === undefined || better(compare(item, best)) ? item : best), undefined) ?? null;
}

function reverse(value: Json): Json {
  if (value === null) return [];
  if (typeof value === 'string' && value === '') return [];
  if (!Array.isArray(value)) return raise(`Cannot index ${typeOf(value)} with number`);
  grow(16 + 8 * value.length);
  return value.toReversed();
}

function flatten(value: Json, depth: Json): Json {
  if (typeof depth !== 'number') return raise('flatten depth must be a number');
  if (depth < 0) return raise('flatten depth must not be negative');
  const out: Json[] = [];
  const add = (items: Json, left: number) => {
    for (const item of iterated(items)) {
      grow(8);
      if (Array.isArray(item) && left > 0) add(item, left - 1);
      else out.push(item);
    }
  };
  add(value, depth);
  return out;
}

function transpose(value: Json): Json {
  const rows = iterated(value);
  const width = rows.reduce<number>((most, row) => Math.max(most, length(row) as number), 0);
  grow(32 + 8 * width * rows.length);
  return Array.from({ length: width }, (_, column) => rows.map((row) => getKey(row, column)));
}

function indices(value: Json, wanted: Json): Json {
  if (Array.isArray(value)) return occurrences(value, Array.isArray(wanted) ? wanted : [wanted]);
  if (typeof value !== 'string' || typeof wanted !== 'string') return getKey(value, wanted);
  const found: Json[] = [];
  if (wanted === '') return found;
  const pairs = hasPairs(value);
  let [unit, point] = [0, 0];
  for (let at = value.indexOf(wanted); at !== -1; at = value.indexOf(wanted, at + 1)) {
    burn(1 + ((at - unit) >> 3));
    point += pairs ? codePoints(value.slice(unit, at)) : at - unit;
    unit = at;
    grow(8);
    found.push(point);
  }
  burn(value.length >> 3);
  return found;
}

function toBoolean(value: Json): Json {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return raise(`${described(value)} cannot be parsed as a boolean`);
}

/** Place of the target in a sorted list; where it is not there, -1 minus the place at which it would stand. */
function bsearch(value: Json, target: Json): Json {
  const list = array(value, 'searched');
  let [low, high] = [0, list.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(list[middle]!, target);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1 - low;
}

function listed(value: Json): Json[] {
  return Array.isArray(value) ? value : raise('Path must be specified as an array');
}

function format(value: Json, name: Json): Json {
  if (typeof name !== 'string') return raise(`${described(name)} is not a valid format`);
  const run = FORMATS.get(`@${name}`);
  return run ? run(value) : raise(`${name} is not a valid format`);
}

function halt(failed: boolean, value: Json): never {
  throw new JqHalt(failed, value);
}

/** The events of a streamed value: `[path, leaf]`, and `[path]` where a list or object ends. */
function events(value: Json): Json[] {
  const out: Json[] = [];
  const walk = (at: Json, path: Json[]) => {
    burn(1 + path.length);
    grow(48 + 8 * path.length);
    const inner: [Json, Json][] = Array.isArray(at) ? [...at.entries()] : isObject(at) ? Object.entries(at) : [];
    if (inner.length === 0) {
      out.push([path, at]);
      return;
    }
    for (const [key, item] of inner) walk(item, [...path, key]);
    out.push([[...path, inner[inner.length - 1]![0]]]);
  };
  walk(value, []);
  return out;
}

export const NATIVE: ReadonlyMap<string, Native> = new Map<string, Native>([
  ...MATHEMATICS,
  ['length/0', length],
  [
    'utf8bytelength/0',
    (input) => (typeof input === 'string' ? new TextEncoder().encode(input).length : raise(`${described(input)} only strings have UTF-8 byte length`)),
  ],
  ['type/0', (input) => typeOf(input)],
  ['keys/0', (input) => keys(input, true)],
  ['keys_unsorted/0', (input) => keys(input, false)],
  ['has/1', (input, key) => has(input, key!)],
  ['in/1', (input, object) => has(object!, input)],
  ['contains/1', (input, other) => contains(input, other!)],
  ['inside/1', (input, other) => contains(other!, input)],
  ['to_entries/0', toEntries],
  ['from_entries/0', fromEntries],
  [
    'sort/0',
    (input) => {
      grow(16 + 8 * array(input, 'sorted').length);
      return sorted(input as Json[]);
    },
  ],
  ['unique/0', unique],
  ['min/0', (input) => extreme(input, (order) => order < 0)],
  ['max/0', (input) => extreme(input, (order) => order >= 0)],
  ['reverse/0', reverse],
  ['flatten/0', (input) => flatten(input, Number.MAX_SAFE_INTEGER)],
  ['flatten/1', (input, depth) => flatten(input, depth!)],
  ['transpose/0', transpose],
  ['join/1', (input, separator) => join(input, separator!)],
  ['indices/1', (input, wanted) => indices(input, wanted!)],
  ['bsearch/1', (input, target) => bsearch(input, target!)],
  ['toarray/0', (input) => (Array.isArray(input) ? input : [input])],
  ['_stream/0', events],
  ['delpaths/1', (input, paths) => deletePaths(input, Array.isArray(paths) ? paths : raise('Paths must be specified as an array'))],
  ['setpath/2', (input, path, value) => setPath(input, listed(path!), value!)],
  ['explode/0', explode],
  ['implode/0', implode],
  ['ascii/0', (input) => (typeof input === 'number' ? String.fromCharCode(input & 0x7f) : raise(`${described(input)} is no code of a character`))],
  ['ascii_downcase/0', (input) => asciiCase(input, /[A-Z]+/g, (text) => text.toLowerCase())],
  ['ascii_upcase/0', (input) => asciiCase(input, /[a-z]+/g, (text) => text.toUpperCase())],
  ['startswith/1', (input, prefix) => startsWith(input, prefix!)],
  ['endswith/1', (input, suffix) => endsWith(input, suffix!)],
  ['ltrimstr/1', (input, prefix) => withoutPrefix(input, prefix!)],
  ['rtrimstr/1', (input, suffix) => withoutSuffix(input, suffix!)],
  ['trimstr/1', (input, text) => withoutSuffix(withoutPrefix(input, text!), text!)],
  ['trim/0', (input) => trimmed(input, (text) => text.trim())],
  ['ltrim/0', (input) => trimmed(input, (text) => text.trimStart())],
  ['rtrim/0', (input) => trimmed(input, (text) => text.trimEnd())],
  ['split/1', (input, by) => (typeof input === 'string' && typeof by === 'string' ? split(input, by) : raise('split input and separator must be strings'))],
  ['tostring/0', textOf],
  ['tojson/0', toText],
  ['fromjson/0', fromJson],
  ['tonumber/0', toNumber],
  ['toboolean/0', toBoolean],
  ['format/1', (input, name) => format(input, name!)],
  [
    'abs/0',
    (input) => (typeof input === 'number' ? (input < 0 ? -input : input) : compare(input, 0) < 0 ? raise(`${described(input)} cannot be negated`) : input),
  ],
  ['infinite/0', () => Number.POSITIVE_INFINITY],
  ['nan/0', () => Number.NaN],
  ['isinfinite/0', (input) => (typeof input === 'number' ? Math.abs(input) === Number.POSITIVE_INFINITY : raise(`${described(input)} number required`))],
  ['isnan/0', (input) => (typeof input === 'number' ? Number.isNaN(input) : raise(`${described(input)} number required`))],
  ['isnormal/0', (input) => typeof input === 'number' && Number.isFinite(input) && Math.abs(input) >= 2.2250738585072014e-308],
  ['isfinite/0', (input) => typeof input === 'number' && Math.abs(input) !== Number.POSITIVE_INFINITY],
  ['now/0', () => timeOfRun() / 1000],
  ['gmtime/0', (input) => gmtime(input)],
  ['localtime/0', (input) => gmtime(input, 'localtime')],
  ['mktime/0', mktime],
  ['strftime/1', (input, text) => strftime(input, text!)],
  ['strflocaltime/1', (input, text) => strftime(input, text!, 'strflocaltime/1')],
  ['strptime/1', (input, text) => strptime(input, text!)],
  ['env/0', () => ({})],
  ['input_filename/0', () => null],
  ['have_literal_numbers/0', () => false],
  ['have_decnum/0', () => false],
  ['input/0', () => raise('break')],
  ['halt/0', () => halt(false, null)],
  ['halt_error/0', (input) => halt(true, input)],
  ['halt_error/1', (input, code) => (typeof code === 'number' ? halt(true, input) : raise(`${described(input)} halt_error/1: number required`))],
]);
