/** `to_entries` and back. */
import type { Json, JsonObject } from '#contracts/json';
import { grow } from '#jq/budget';
import { described, field, isObject, isTrue, put, raise, typeOf } from '#jq/values';

export function toEntries(value: Json): Json[] {
  if (!isObject(value) && !Array.isArray(value)) return raise(`${described(value)} has no keys`);
  const entries: [Json, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  grow(80 * entries.length);
  return entries.map(([key, item]) => ({ key, value: item }));
}

/** The first spelling that is there; `k` and `v` are jq 1.5's. */
const KEYS = ['key', 'Key', 'name', 'Name', 'k', 'K'];
const VALUES = ['value', 'Value', 'v', 'V'];

export function fromEntries(entries: Json): Json {
  if (!Array.isArray(entries) && !isObject(entries)) return raise(`Cannot iterate over ${described(entries)}`);
  const out: JsonObject = {};
  for (const entry of Object.values(entries)) {
    if (entry !== null && !isObject(entry)) return raise(`Cannot index ${typeOf(entry)} with string "key"`);
    const fields: JsonObject = entry ?? {};
    const key = KEYS.map((name) => field(fields, name)).find(isTrue) ?? null;
    const value = VALUES.find((name) => Object.hasOwn(fields, name));
    grow(24);
    put(out, keyText(key), value === undefined ? null : fields[value]!);
  }
  return out;
}

export function keyText(key: Json): string {
  return typeof key === 'string' ? key : raise(`Cannot use ${described(key)} as object key`);
}
