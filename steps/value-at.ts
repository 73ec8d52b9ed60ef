/** Finds a value inside a value. Paths into the whole context are the scope's business, not this one's. */
import { isJsonObject, type Json } from '#contracts/json';

/** A dotted path; numbers index lists. A key that has the dots in its name wins. `''` is the value itself. */
export function valueAt(data: Json, path: string): Json | undefined {
  if (path === '') return data;
  if (isJsonObject(data) && Object.hasOwn(data, path)) return data[path];
  let value: Json | undefined = data;
  for (const part of path.split('.')) {
    if (Array.isArray(value)) value = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    else if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}
