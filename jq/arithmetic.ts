/** `+ - * / %` and the comparisons, by the types of their sides. */
import type { Json, JsonObject } from '#contracts/json';
import type { Arithmetic, Comparison } from '#jq/ast';
import { burn, grow } from '#jq/budget';
import { compare, described, equal, isObject, put, raise } from '#jq/values';

/** Longest text that a program may build, in UTF-16 units. */
const MAX_TEXT = 32 * 1024 * 1024;

export function concatText(a: string, b: string): string {
  const length = a.length + b.length;
  // The longer side is shared, not copied; its length bounds what it can grow to.
  grow(16 + 2 * Math.min(a.length, b.length));
  if (length > MAX_TEXT) grow(Number.MAX_SAFE_INTEGER);
  return a + b;
}

export function add(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'string' && typeof b === 'string') return concatText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    grow(16 + 8 * (a.length + b.length));
    return a.concat(b);
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(b);
    const out = { ...a };
    grow(32 + 16 * (Object.keys(a).length + keys.length));
    for (const key of keys) put(out, key, b[key]!);
    return out;
  }
  return refuse(a, b, 'added');
}

function subtract(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (Array.isArray(a) && Array.isArray(b)) {
    grow(16 + 8 * a.length);
    burn(a.length + b.length);
    // Flat values, the common case, need no comparison of each with each.
    const flat = new Set<Json>(b.filter((item) => typeof item !== 'object' || item === null));
    flat.delete(Number.NaN);
    const deep = b.filter((item) => typeof item === 'object' && item !== null);
    return a.filter((item) => !flat.has(item) && !(typeof item === 'object' && deep.some((other) => equal(item, other))));
  }
  return refuse(a, b, 'subtracted');
}

function multiply(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (typeof a === 'string' && typeof b === 'number') return repeated(a, b);
  if (typeof a === 'number' && typeof b === 'string') return repeated(b, a);
  if (isObject(a) && isObject(b)) return merged(a, b);
  return refuse(a, b, 'multiplied');
}

function repeated(text: string, count: number): Json {
  if (!(count >= 0)) return null;
  const times = Math.floor(count);
  if (text.length * times > MAX_TEXT) grow(Number.MAX_SAFE_INTEGER);
  grow(16 + 2 * text.length * times);
  return text.repeat(times);
}

/** Fields of the right win; objects on both sides are merged in turn. */
function merged(a: JsonObject, b: JsonObject): JsonObject {
  const out = { ...a };
  const keys = Object.keys(b);
  grow(32 + 16 * (Object.keys(a).length + keys.length));
  for (const key of keys) {
    const left = Object.hasOwn(a, key) ? a[key]! : null;
    const right = b[key]!;
    put(out, key, isObject(left) && isObject(right) ? merged(left, right) : right);
  }
  return out;
}

function divide(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) return refuse(a, b, 'divided because the divisor is zero');
    return a / b;
  }
  if (typeof a === 'string' && typeof b === 'string') return split(a, b);
  return refuse(a, b, 'divided');
}

/** Code points where the separator is empty. */
export function split(text: string, separator: string): Json[] {
  if (text === '') return [];
  burn(1 + (text.length >> 2));
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  grow(16 + 16 * parts.length + 2 * text.length);
  return parts;
}

function remainder(a: Json, b: Json): Json {
  if (typeof a !== 'number' || typeof b !== 'number') return refuse(a, b, 'divided (remainder)');
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  const divisor = Math.abs(whole(b));
  if (divisor === 0) return refuse(a, b, 'divided (remainder) because the divisor is zero');
  const rest = Math.abs(whole(a)) % divisor;
  return a < 0 ? 0 - rest : rest;
}

/** Cut to a whole number of 64 bits, as a cast in C does. */
function whole(value: number): number {
  return Math.trunc(Math.max(-(2 ** 63), Math.min(2 ** 63, value)));
}

function refuse(a: Json, b: Json, verb: string): never {
  return raise(`${described(a)} and ${described(b)} cannot be ${verb}`);
}

export const ARITHMETIC: { [op in Arithmetic]: (a: Json, b: Json) => Json } = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': remainder };

export const COMPARISON: { [op in Comparison]: (a: Json, b: Json) => boolean } = {
  '==': equal,
  '!=': (a, b) => !equal(a, b),
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
};
