/**
 * Paths into a context: `steps.get-order.row.id`, `items[0]`, `a["b.c"]`. Missing is `undefined`, and
 * nothing is ever read from a prototype.
 */
import type { Json } from '#contracts/json';

export type Value = Json | undefined;

const PART = /(?:^|\.)([^.[\]"']+)|\[\s*(?:(\d+)|"([^"]*)"|'([^']*)')\s*\]/y;
const MAX_CACHED = 2000;
const parsed = new Map<string, readonly string[]>();

/** The keys of a path, or `undefined` when it is none. A leading dot is allowed. */
export function parsePath(path: string): readonly string[] | undefined {
  const known = parsed.get(path);
  if (known) return known;
  const text = path.trim().replace(/^\.(?=.)/, '');
  const keys: string[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (!match) return undefined;
    keys.push((match[1]?.trim() ?? match[2] ?? match[3] ?? match[4])!);
  }
  if (keys.length === 0) return undefined;
  if (parsed.size >= MAX_CACHED) parsed.clear();
  parsed.set(path, keys);
  return keys;
}

/** One member: of an object by name, of a list by number. */
export function member(value: Value, key: string): Value {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

export function walk(value: Value, keys: readonly string[], from = 0): Value {
  let at = value;
  for (let i = from; i < keys.length && at !== undefined; i++) at = member(at, keys[i]!);
  return at;
}
