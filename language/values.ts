/**
 * What values mean: truth, equality, order, and how they look as text. One place for templates and
 * conditions.
 *
 * Invariants
 * 1. Missing (`undefined`) and `null` are the same in every comparison; neither is less or greater than anything.
 * 2. A number looks plain, never `1e+06`; an object or list looks like its JSON.
 * 3. Nothing is ordered against a value of another type: that is an error, not `false`.
 */
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { Value } from '#language/path';

/** Go's truth: `false`, nothing, `0`, `""`, empty lists and objects are false. */
export function isTrue(value: Value): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return true;
}

/** The answer of a condition: as `isTrue`, and the texts that mean no are false, for templates give text. */
export function isYes(value: Value): boolean {
  if (typeof value !== 'string') return isTrue(value);
  const text = value.trim().toLowerCase();
  return text !== '' && text !== 'false' && text !== '0' && text !== 'null';
}

export function equal(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left === undefined || left === null) return right === undefined || right === null;
  if (typeof left !== 'object' || typeof right !== 'object' || right === null) return false;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

/** Negative, zero, positive; `undefined` when one side is nothing. Throws Problem with the given code. */
export function order(left: Value, right: Value, code: 'expression_error' | 'template_error'): number | undefined {
  if (left === undefined || left === null || right === undefined || right === null) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  const [convert, example] = code === 'template_error' ? ['toFloat', '(toFloat .x)'] : ['double', 'double(x)'];
  throw new Problem(code, `A ${typeName(left)} cannot be ordered against a ${typeName(right)}; ${convert} makes a number of a text: ${example}.`);
}

export function typeName(value: Value): string {
  if (value === undefined || value === null) return 'missing value';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'truth value' : 'number';
}

/** Decimal digits without an exponent. */
export function plainNumber(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = whole! + fraction;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? `${sign}${digits}${'0'.repeat(point - digits.length)}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** How a value stands in a text. Nothing is the empty text. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return JSON.stringify(value);
}

/** A number of a number, a text that is one, or a truth value; otherwise `undefined`. */
export function toNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Characters of a text (code points), members of a list or object. */
export function sizeOf(value: Value): number | undefined {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string') {
    let count = 0;
    for (const _ of value) count++;
    return count;
  }
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' ? Object.keys(value as { [key: string]: Json }).length : undefined;
}

/** A cache of compiled text, oldest out first. */
export class Cache<T> {
  private readonly entries = new Map<string, T>();

  constructor(private readonly limit: number) {}

  get(key: string): T | undefined {
    const found = this.entries.get(key);
    if (found !== undefined && this.entries.size > this.limit >> 1) {
      this.entries.delete(key);
      this.entries.set(key, found);
    }
    return found;
  }

  set(key: string, value: T): T {
    if (this.entries.size >= this.limit) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, value);
    return value;
  }
}
