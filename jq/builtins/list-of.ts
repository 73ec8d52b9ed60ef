/** What a builtin takes for a list, and what it says of anything else. */
import type { Json } from '#contracts/json';
import { described, isObject, raise } from '#jq/values';

export function array(value: Json, verb: string): Json[] {
  return Array.isArray(value) ? value : raise(`${described(value)} cannot be ${verb}, as it is not an array`);
}

export function iterated(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : raise(`Cannot iterate over ${described(value)}`);
}
