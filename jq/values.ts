/**
 * Values as jq sees them: types, truth, order, equality, and their text.
 *
 * Invariants
 * 1. Only own, enumerable fields count, and no write reaches a prototype.
 * 2. Every walk pays per node, since shared parts make a small value endless to walk.
 */
import type { Json, JsonObject } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { JqError } from '#jq/errors';

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export function typeOf(value: Json): TypeName {
  if (value === null) return 'null';
  const type = typeof value;
  return type === 'object' ? (Array.isArray(value) ? 'array' : 'object') : (type as TypeName);
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTrue(value: Json): boolean {
  return value !== null && value !== false;
}

export function field(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? object[key]! : null;
}

/** Writes to an object made here. */
export function put(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** By code points, as bytes of UTF-8 would be ordered. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    // Halves of pairs stand for what comes after all else.
    const leftPair = left >= 0xd800 && left <= 0xdfff;
    return leftPair !== (right >= 0xd800 && right <= 0xdfff) ? (leftPair ? 1 : -1) : left - right;
  }
  return a.length - b.length;
}

export function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object);
  burn(keys.length);
  return keys.sort(compareText);
}

function rank(value: Json): number {
  if (value === null) return 0;
  if (value === false) return 1;
  if (value === true) return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** null, false, true, numbers, strings, arrays, objects. NaN is less than any number, itself included. */
export function compare(a: Json, b: Json): number {
  burn(1);
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < b || Number.isNaN(a)) return -1;
    return a === b ? 0 : 1;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const order = rank(a) - rank(b);
  if (order !== 0 || a === null || typeof a !== 'object') return order;
  if (Array.isArray(a)) return compareArrays(a, b as Json[]);
  return compareObjects(a, b as JsonObject);
}

function compareArrays(a: Json[], b: Json[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compare(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const keys = sortedKeys(a);
  const order = compareArrays(keys, sortedKeys(b));
  if (order !== 0) return order;
  for (const key of keys) {
    const inner = compare(a[key]!, b[key]!);
    if (inner !== 0) return inner;
  }
  return 0;
}

export function equal(a: Json, b: Json): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a === b) {
    // A NaN inside is not equal to itself, so even the same value must be looked at.
    burn(1);
  }
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    burn(a.length);
    return a.every((item, index) => equal(item, b[index]!));
  }
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  burn(keys.length + 1);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key]!, b[key]!));
}

/** Sorted copy; equal values keep their order. */
export function sorted(values: readonly Json[]): Json[] {
  return [...values].sort(compare);
}

const DIGITS = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/** A double in the fewest digits, as jq writes it: `1e+17`, `1.5e-07`, `123456789012345690000000`. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0' : String(value);
  const [, sign, first, rest = '', exponentText] = DIGITS.exec(value.toExponential())!;
  const exponent = Number(exponentText);
  const digits = first + rest;
  if (exponent < -5 || exponent + 1 > digits.length + 15) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${first}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

const MAX_DEPTH = 10_000;

/** JSON in one line. */
export function jsonText(value: Json): string {
  const out: string[] = [];
  writeJson(value, out, 0);
  return out.join('');
}

function writeJson(value: Json, out: string[], depth: number): void {
  grow(32);
  if (typeof value === 'number') out.push(numberText(value));
  else if (typeof value === 'string') out.push(quoted(value));
  else if (value === null || typeof value === 'boolean') out.push(String(value));
  else if (depth > MAX_DEPTH) out.push('"<skipped: too deep>"');
  else if (Array.isArray(value)) {
    out.push('[');
    for (const [index, item] of value.entries()) {
      if (index > 0) out.push(',');
      writeJson(item, out, depth + 1);
    }
    out.push(']');
  } else {
    out.push('{');
    let first = true;
    for (const key of Object.keys(value)) {
      if (!first) out.push(',');
      first = false;
      out.push(quoted(key), ':');
      writeJson(value[key]!, out, depth + 1);
    }
    out.push('}');
  }
}

function quoted(text: string): string {
  grow(text.length);
  // Halves of surrogate pairs are no characters; jq replaces them on the way in.
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed()).replaceAll('\x7f', '\\u007f');
}

/** A value in a message: its JSON, of at most `size` characters. */
export function shown(value: Json, size = 14): string {
  const text = briefJson(value, size);
  return text.length > size ? `${text.slice(0, size - 3)}...` : text;
}

/** The JSON of a value, or a little more than `size` characters of it. */
function briefJson(value: Json, size: number): string {
  if (typeof value === 'string') return jsonText(value.slice(0, size + 1));
  if (value === null || typeof value !== 'object') return jsonText(value);
  const list = Array.isArray(value);
  const keys = Object.keys(list ? value.slice(0, size) : value);
  let text = list ? '[' : '{';
  for (const [index, key] of keys.entries()) {
    if (text.length > size) return text;
    if (index > 0) text += ',';
    text += list ? briefJson(value[index]!, size) : `${jsonText(key.slice(0, size + 1))}:${briefJson(value[key]!, size)}`;
  }
  return text + (list ? ']' : '}');
}

/** `object ({"a":1})`, as messages name a value. */
export function described(value: Json): string {
  return `${typeOf(value)} (${shown(value)})`;
}

export function raise(message: string): never {
  throw new JqError(message);
}
