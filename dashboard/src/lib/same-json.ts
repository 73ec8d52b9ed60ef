/** Whether two values say the same; the order of keys says nothing. */
import type { Json, JsonObject } from '#contracts/json';

export function same(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same((left as JsonObject)[key] as Json, (right as JsonObject)[key] as Json))
  );
}
