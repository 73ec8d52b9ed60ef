/**
 * The functions of the template language. Argument orders are Sprig's, so that the piped value comes last;
 * the list functions take list and key in either order.
 *
 * Invariants
 * 1. No function reads anything but its arguments and the frame.
 * 2. Results are bounded: text by MAX_TEXT, checked before it is built where one argument multiplies another.
 */
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { Frame } from '#language/expressions';
import { member, type Value, walk } from '#language/path';
import type { FunctionName } from '#language/templates/function-names';
import { formatTime } from '#language/templates/go-time';
import { printf } from '#language/templates/printf';
import { equal, isTrue, order, sizeOf, toNumber, toText, typeName } from '#language/values';

/** Characters of one result. */
export const MAX_TEXT = 4 * 1024 * 1024;
const MAX_LIST = 100_000;

export type TemplateFunction = (args: Value[], frame: Frame) => Value;

function fail(message: string): never {
  throw new Problem('template_error', message);
}

function bounded(text: string): string {
  return text.length > MAX_TEXT ? fail(`A text of more than ${MAX_TEXT} characters is too long.`) : text;
}

function numberOf(value: Value, name: string): number {
  return toNumber(value) ?? fail(`${name} needs a number, not ${value === '' ? 'an empty text' : `a ${typeName(value)}`}.`);
}

function finite(value: number, name: string): number {
  return Number.isFinite(value) ? value : fail(`The result of ${name} is not a number.`);
}

/** The list among the arguments, and the key beside it; a missing list is empty. */
function listAndKey(args: Value[], name: string): { list: Json[]; key: string | undefined } {
  const at = args.findIndex((arg) => Array.isArray(arg));
  const list = at === -1 ? undefined : (args[at] as Json[]);
  const rest = args.filter((arg, index) => index !== at && (arg !== undefined || list !== undefined));
  const key = rest.find((arg) => typeof arg === 'string' || typeof arg === 'number');
  if (list) return { list, key: key === undefined ? undefined : toText(key) };
  if (args.some((arg) => arg === undefined || arg === null || arg === '')) return { list: [], key: undefined };
  return fail(`${name} needs a list, not ${args.map((arg) => `a ${typeName(arg)}`).join(' and ')}.`);
}

function pick(item: Json, key: string | undefined): Value {
  if (key === undefined) return item;
  return member(item, key) ?? walk(item, key.split('.'));
}

function items(value: Value, name: string): Json[] {
  if (Array.isArray(value)) return value;
  if (value === undefined || value === null || value === '') return [];
  return fail(`${name} needs a list, not a ${typeName(value)}.`);
}

function compare(test: (sign: number) => boolean): TemplateFunction {
  return ([left, right]) => {
    const sign = order(left, right, 'template_error');
    return sign !== undefined && test(sign);
  };
}

/** In templates a missing value is the empty text, so it equals it. */
function same(left: Value, right: Value): boolean {
  return equal(left, right) || ((left === undefined || left === null) && right === '') || ((right === undefined || right === null) && left === '');
}

function extreme(name: 'min' | 'max'): TemplateFunction {
  return (args) => {
    const plain = args.length > 0 && args.every((arg) => toNumber(arg) !== undefined);
    const { list, key } = plain ? { list: args as Json[], key: undefined } : listAndKey(args, name);
    let found: number | undefined;
    for (const item of list) {
      const value = pick(item, key);
      if (value === undefined || value === null) continue;
      const number = numberOf(value, name);
      if (found === undefined || (name === 'min' ? number < found : number > found)) found = number;
    }
    return found;
  };
}

function index(args: Value[]): Value {
  return args.slice(1).reduce<Value>((at, key) => {
    if (Array.isArray(at) && typeof key === 'number') return at[key < 0 ? at.length + key : key];
    return member(at, toText(key));
  }, args[0]);
}

function slice([value, from = 0, to]: Value[]): Value {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && !Array.isArray(value)) return fail(`slice needs a text or a list, not a ${typeName(value)}.`);
  const start = numberOf(from, 'slice');
  const end = to === undefined ? value.length : numberOf(to, 'slice');
  if (start < 0 || end < start) return fail(`slice from ${start} to ${end} is not a range.`);
  return value.slice(start, end);
}

function replace([old, fresh, text]: Value[]): string {
  const source = toText(text);
  const from = toText(old);
  const to = toText(fresh);
  const count = from === '' ? source.length + 1 : source.split(from).length - 1;
  if (source.length + count * (to.length - from.length) > MAX_TEXT) bounded('x'.repeat(MAX_TEXT + 1));
  return source.replaceAll(from, () => to);
}

/** Go's Sprint: a space between two operands of which neither is text. */
function print(args: Value[]): string {
  return bounded(args.map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ` ${toText(arg)}` : toText(arg))).join(''));
}

function flatten(list: Json[]): Json[] {
  const flat: Json[] = [];
  const stack: Json[] = [...list].reverse();
  while (stack.length > 0) {
    const item = stack.pop()!;
    if (Array.isArray(item)) for (let i = item.length - 1; i >= 0; i--) stack.push(item[i]!);
    else if (flat.push(item) > MAX_LIST) fail('The list is too long.');
  }
  return flat;
}

function unique(list: Json[]): Json[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const mark = JSON.stringify(item);
    return seen.has(mark) ? false : seen.add(mark);
  });
}

function sortBy(list: Json[], key: string | undefined): Json[] {
  const value = (item: Json) => pick(item, key);
  return [...list].sort((a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === undefined || left === null) return right === undefined || right === null ? 0 : 1;
    return right === undefined || right === null ? -1 : (order(left, right, 'template_error') ?? 0);
  });
}

function groupBy(list: Json[], key: string | undefined): JsonObject {
  const groups = new Map<string, Json[]>();
  for (const item of list) {
    const name = toText(pick(item, key));
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return Object.fromEntries(groups);
}

/** `module.key`, where the module's name may itself hold dots. */
function config(args: Value[], frame: Frame): Value {
  const keys = args.length > 1 ? args.map(toText) : toText(args[0]).split('.');
  for (let length = keys.length; length > 0; length--) {
    const name = keys.slice(0, length).join('.');
    if (Object.hasOwn(frame.config, name)) return walk(frame.config[name], keys, length);
  }
  return undefined;
}

function title(text: string): string {
  return text.replace(/(^|[\s\-_/.])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}

function b64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function sizeOrFail(value: Value, name: string): number {
  return sizeOf(value) ?? fail(`A ${typeName(value)} has no ${name}.`);
}

/** Functions that are told of a missing value instead of refusing it under strict_templates. */
export const TOLERANT: ReadonlySet<FunctionName> = new Set(['default', 'coalesce', 'and', 'or', 'not']);

export const FUNCTIONS: { readonly [name in Exclude<FunctionName, 'and' | 'or'>]: TemplateFunction } = {
  not: ([value]) => !isTrue(value),
  eq: ([first, ...others]) => others.some((other) => same(first, other)),
  ne: ([left, right]) => !same(left, right),
  lt: compare((sign) => sign < 0),
  le: compare((sign) => sign <= 0),
  gt: compare((sign) => sign > 0),
  ge: compare((sign) => sign >= 0),
  len: ([value]) => sizeOrFail(value, 'length'),
  length: ([value]) => sizeOrFail(value, 'length'),
  index,
  slice,
  print,
  printf: ([format, ...args]) => bounded(printf(toText(format), args)),
  println: (args) => bounded(`${args.map(toText).join(' ')}\n`),
  uuid: () => crypto.randomUUID(),
  uuidv4: () => crypto.randomUUID(),
  now: ([layout], frame) => formatTime(frame.now, layout === undefined ? undefined : toText(layout)),
  lower: ([text]) => toText(text).toLowerCase(),
  upper: ([text]) => toText(text).toUpperCase(),
  title: ([text]) => title(toText(text)),
  // A number or a truth value is never replaced: 0 and false are values.
  default: ([fallback, value]) =>
    value === undefined || value === null || value === '' || (typeof value === 'object' && sizeOf(value) === 0) ? (fallback ?? undefined) : value,
  coalesce: (args) => args.find((arg) => arg !== undefined && arg !== null && arg !== ''),
  trimPrefix: ([prefix, text]) => {
    const [start, whole] = [toText(prefix), toText(text)];
    return start !== '' && whole.startsWith(start) ? whole.slice(start.length) : whole;
  },
  trimSuffix: ([suffix, text]) => {
    const [end, whole] = [toText(suffix), toText(text)];
    return end !== '' && whole.endsWith(end) ? whole.slice(0, -end.length) : whole;
  },
  trimSpace: ([text]) => toText(text).trim(),
  json: ([value]) => bounded(JSON.stringify(value ?? null)),
  config,
  replace,
  contains: ([needle, hay]) => (Array.isArray(hay) ? hay.some((item) => equal(item, needle)) : toText(hay).includes(toText(needle))),
  hasPrefix: ([prefix, text]) => toText(text).startsWith(toText(prefix)),
  hasSuffix: ([suffix, text]) => toText(text).endsWith(toText(suffix)),
  split: ([separator, text]) => {
    const parts = toText(text).split(toText(separator));
    return parts.length > MAX_LIST ? fail('The list is too long.') : parts;
  },
  join: ([separator, list]) =>
    bounded(
      (Array.isArray(list) ? list : Array.isArray(separator) ? separator : items(list, 'join'))
        .map(toText)
        .join(toText(Array.isArray(separator) ? list : separator)),
    ),
  urlEncode: ([text]) => encodeURIComponent(toText(text).toWellFormed()),
  b64: ([text]) => bounded(b64(toText(text))),
  add: (args) =>
    finite(
      args.reduce<number>((sum, arg) => sum + numberOf(arg, 'add'), 0),
      'add',
    ),
  sub: ([left, right]) => finite(numberOf(left, 'sub') - numberOf(right, 'sub'), 'sub'),
  mul: (args) =>
    finite(
      args.reduce<number>((product, arg) => product * numberOf(arg, 'mul'), 1),
      'mul',
    ),
  div: ([left, right]) => {
    const divisor = numberOf(right, 'div');
    return divisor === 0 ? fail('div by zero.') : finite(numberOf(left, 'div') / divisor, 'div');
  },
  toInt: ([value]) => Math.trunc(value === undefined || value === null || value === '' ? 0 : numberOf(value, 'toInt')),
  toFloat: ([value]) => (value === undefined || value === null || value === '' ? 0 : numberOf(value, 'toFloat')),
  toString: ([value]) => bounded(toText(value)),
  sum: (args) => {
    const { list, key } = listAndKey(args, 'sum');
    return finite(
      list.reduce<number>((total, item) => total + numberOf(pick(item, key) ?? 0, 'sum'), 0),
      'sum',
    );
  },
  pluck: (args) => {
    const { list, key } = listAndKey(args, 'pluck');
    return list.map((item) => pick(item, key)).filter((value) => value !== undefined);
  },
  flatten: ([list]) => flatten(items(list, 'flatten')),
  unique: ([list]) => unique(items(list, 'unique')),
  groupBy: (args) => {
    const { list, key } = listAndKey(args, 'groupBy');
    return groupBy(list, key);
  },
  sortBy: (args) => {
    const { list, key } = listAndKey(args, 'sortBy');
    return sortBy(list, key);
  },
  first: ([list]) => (typeof list === 'string' ? [...list][0] : items(list, 'first')[0]),
  last: ([list]) => (typeof list === 'string' ? [...list].at(-1) : items(list, 'last').at(-1)),
  min: extreme('min'),
  max: extreme('max'),
  step: ([name, ...keys], frame) => walk(member(frame.context.steps, toText(name)), keys.map(toText)),
  trigger: (keys, frame) => walk(frame.context.trigger, keys.map(toText)),
};
