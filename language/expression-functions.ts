/** What the rewritten conditions call: comparison, arithmetic and text with the dialect's meaning. */
import { Problem } from '#contracts/problems';
import { member, type Value } from '#language/path';
import { compileRegex } from '#language/safe-regex';
import { RegexSyntaxError } from '#language/safe-regex-syntax';
import { Cache, equal, isYes, order, plainNumber, sizeOf, toNumber, toText, typeName } from '#language/values';

function fail(message: string): never {
  throw new Problem('expression_error', message);
}

function numbers(left: Value, right: Value, what: string): [number, number] {
  if (typeof left === 'number' && typeof right === 'number') return [left, right];
  return fail(`${what} needs two numbers, not ${typeName(left)} and ${typeName(right)}.`);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : fail('The result is not a number.');
}

function compare(test: (sign: number) => boolean) {
  return (left: Value, right: Value): boolean => {
    const sign = order(left, right, 'expression_error');
    return sign !== undefined && test(sign);
  };
}

const patterns = new Cache<(text: string) => boolean>(200);

function matches(value: Value, pattern: Value): boolean {
  if (typeof pattern !== 'string') return fail('A pattern must be text.');
  try {
    const test = patterns.get(pattern) ?? patterns.set(pattern, compileRegex(pattern));
    return value !== undefined && value !== null && test(toText(value));
  } catch (cause) {
    if (cause instanceof RegexSyntaxError) return fail(`The pattern "${pattern.slice(0, 100)}" cannot be used: ${cause.message}`);
    throw cause;
  }
}

function contains(hay: Value, needle: Value): boolean {
  if (hay === undefined || hay === null) return false;
  if (typeof hay === 'string') return needle !== undefined && needle !== null && hay.includes(toText(needle));
  if (Array.isArray(hay)) return hay.some((item) => equal(item, needle));
  if (typeof hay === 'object') return typeof needle === 'string' && Object.hasOwn(hay, needle);
  return fail(`A ${typeName(hay)} contains nothing.`);
}

function add(left: Value, right: Value): Value {
  if (typeof left === 'string' || typeof right === 'string') {
    if (typeof left === 'object' || typeof right === 'object') return fail(`"+" joins texts and numbers, not ${typeName(left)} and ${typeName(right)}.`);
    return toText(left) + toText(right);
  }
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  const [a, b] = numbers(left, right, '"+"');
  return finite(a + b);
}

function onText(test: (text: string, other: string) => boolean) {
  return (text: Value, other: Value): boolean => typeof text === 'string' && typeof other === 'string' && test(text, other);
}

function number(value: Value): number {
  return toNumber(value) ?? fail(`A ${typeName(value)} is not a number.`);
}

/** Signature and implementation, as cel-js takes them. */
export const CEL_FUNCTIONS: readonly [signature: string, run: (...args: Value[]) => Value][] = [
  ['wf_eq(dyn, dyn): bool', equal],
  ['wf_lt(dyn, dyn): bool', compare((sign) => sign < 0)],
  ['wf_le(dyn, dyn): bool', compare((sign) => sign <= 0)],
  ['wf_gt(dyn, dyn): bool', compare((sign) => sign > 0)],
  ['wf_ge(dyn, dyn): bool', compare((sign) => sign >= 0)],
  ['wf_true(dyn): bool', isYes],
  ['wf_in(dyn, dyn): bool', (needle, hay) => contains(hay, needle)],
  ['wf_contains(dyn, dyn): bool', contains],
  ['wf_matches(dyn, dyn): bool', matches],
  ['wf_startsWith(dyn, dyn): bool', onText((text, start) => text.startsWith(start))],
  ['wf_endsWith(dyn, dyn): bool', onText((text, end) => text.endsWith(end))],
  ['wf_has(dyn): bool', (value) => value !== undefined && value !== null],
  ['wf_get(dyn, dyn): dyn', (base, key) => (key === 'length' ? (member(base, 'length') ?? sizeOf(base) ?? null) : (member(base, toText(key)) ?? null))],
  ['wf_list(dyn): list', (value) => (Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : [])],
  ['wf_size(dyn): double', (value) => sizeOf(value) ?? fail(`A ${typeName(value)} has no size.`)],
  ['wf_int(dyn): double', (value) => Math.trunc(number(value))],
  ['wf_double(dyn): double', number],
  ['wf_string(dyn): string', (value) => (typeof value === 'number' ? plainNumber(value) : toText(value))],
  ['wf_lower(dyn): string', (value) => toText(value).toLowerCase()],
  ['wf_upper(dyn): string', (value) => toText(value).toUpperCase()],
  ['wf_trim(dyn): string', (value) => toText(value).trim()],
  ['wf_add(dyn, dyn): dyn', add],
  ['wf_sub(dyn, dyn): dyn', (left, right) => numbers(left, right, '"-"').reduce((a, b) => finite(a - b))],
  ['wf_mul(dyn, dyn): dyn', (left, right) => numbers(left, right, '"*"').reduce((a, b) => finite(a * b))],
  ['wf_div(dyn, dyn): dyn', (left, right) => numbers(left, right, '"/"').reduce((a, b) => (b === 0 ? fail('Division by zero.') : finite(a / b)))],
  ['wf_mod(dyn, dyn): dyn', (left, right) => numbers(left, right, '"%"').reduce((a, b) => (b === 0 ? fail('Division by zero.') : finite(a % b)))],
];
