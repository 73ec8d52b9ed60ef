/**
 * A JSON value as lines of a collapsible view. Only what is open is walked, so a large value costs what is seen of it.
 *
 * Invariants
 * 1. A path is the keys from the root; its text form (`pathText`) is unique and is what `copy path` gives.
 * 2. No more than `chunk` children of a value are made into lines until more are asked for.
 * 3. A large value that stands elsewhere is walked like any other once it has been fetched.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'payload';
export type PathKey = string | number;

export interface JsonLine {
  /** Text form of the path; '' is the root. */
  path: string;
  depth: number;
  /** `undefined` for the root. A number is an array's index. */
  key?: PathKey;
  kind: JsonKind;
  /** What stands after the key: a value's text, or `{…} 3 keys` of something closed. */
  text: string;
  /** Can be opened and closed. */
  expandable: boolean;
  open: boolean;
  /** Length of a string that is shown cut. */
  cut?: number;
  /** Of a payload that has not been fetched: where the whole is, and its length. */
  href?: string;
  size?: number;
  /** A line that asks for more children of `path`: how many are left. */
  more?: number;
  /** The same for those before the first that is shown. */
  earlier?: number;
}

export interface JsonViewState {
  /** Paths opened or closed by hand; all others follow `depth`. */
  open: { [path: string]: boolean };
  /** How many children of a path are shown. */
  shown: { [path: string]: number };
  /** The first child that is shown, where that is not the first there is. */
  start?: { [path: string]: number };
  /** Payloads that have been fetched, by the path that they stand at. */
  fetched?: { readonly [path: string]: Json };
}

export interface JsonViewOptions {
  /** Levels that are open at first. */
  depth: number;
  chunk: number;
  /** Characters of a string that is closed, and of one that is open. */
  stringLimit: number;
  stringMost: number;
}

export const JSON_VIEW: JsonViewOptions = { depth: 2, chunk: 100, stringLimit: 120, stringMost: 20_000 };

export function jsonLines(value: Json, state: JsonViewState, options: JsonViewOptions = JSON_VIEW): JsonLine[] {
  const lines: JsonLine[] = [];
  walk(value, undefined, '', 0, lines, state, options);
  return lines;
}

function walk(given: Json, key: PathKey | undefined, path: string, depth: number, lines: JsonLine[], state: JsonViewState, options: JsonViewOptions): void {
  const value = state.fetched?.[path] ?? given;
  const line: JsonLine = { path, depth, key, kind: kindOf(value), text: '', expandable: false, open: false };
  lines.push(line);
  const payload = payloadOf(value);
  if (payload) {
    line.kind = 'payload';
    line.size = payload.size;
    line.href = payload.url;
    return;
  }
  if (typeof value === 'string') {
    const long = value.length > options.stringLimit;
    line.expandable = long;
    line.open = long && state.open[path] === true;
    const most = line.open ? options.stringMost : options.stringLimit;
    line.cut = value.length > most ? value.length : undefined;
    line.text = JSON.stringify(line.cut ? value.slice(0, most) : value);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    line.text = String(value);
    return;
  }
  const keys: PathKey[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  line.expandable = keys.length > 0;
  line.open = line.expandable && (state.open[path] ?? depth < options.depth);
  line.text = summary(value, keys.length);
  if (!line.open) return;
  const start = Math.min(keys.length, state.start?.[path] ?? 0);
  const end = Math.min(keys.length, start + (state.shown[path] ?? options.chunk));
  if (start > 0) lines.push({ path, depth: depth + 1, kind: line.kind, text: '', expandable: false, open: false, earlier: start });
  for (const child of keys.slice(start, end)) walk((value as JsonObject)[child] as Json, child, childPath(path, child), depth + 1, lines, state, options);
  if (end < keys.length) lines.push({ path, depth: depth + 1, kind: line.kind, text: '', expandable: false, open: false, more: keys.length - end });
}

function summary(value: Json[] | JsonObject, size: number): string {
  if (Array.isArray(value)) return size === 0 ? '[]' : `[ ${size} ${size === 1 ? 'item' : 'items'} ]`;
  return size === 0 ? '{}' : `{ ${size} ${size === 1 ? 'key' : 'keys'} }`;
}

function kindOf(value: Json): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'object' | 'string' | 'number' | 'boolean';
}

/** `{_payload: {sha256, size, url}}`: stands for a value too large to be shown inline. */
export function payloadOf(value: Json): { size: number; url: string } | undefined {
  if (!isJsonObject(value) || !isJsonObject(value._payload ?? null)) return undefined;
  const { size, url } = value._payload as JsonObject;
  // Only our own API is linked, whatever a value says of itself.
  return typeof size === 'number' && typeof url === 'string' && url.startsWith('/api/v1/') ? { size, url } : undefined;
}

/** `items[0].name`, `headers["content-type"]`. */
export function childPath(path: string, key: PathKey): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return path === '' ? key : `${path}.${key}`;
  return `${path}[${JSON.stringify(key)}]`;
}

/** The value at a path made by `childPath`; `undefined` where there is none. */
export function valueAt(root: Json, path: string, fetched: JsonViewState['fetched'] = {}): Json | undefined {
  let value: Json | undefined = fetched[''] ?? root;
  const pattern = /\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gy;
  for (let at = 0; at < path.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(path);
    if (!match || typeof value !== 'object' || value === null) return undefined;
    const key = match[1] ?? (match[3] === undefined ? match[2]! : (JSON.parse(match[3]) as string));
    value = fetched[path.slice(0, pattern.lastIndex)] ?? (value as JsonObject)[key];
  }
  return value;
}
