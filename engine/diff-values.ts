/**
 * Where two JSON values differ, as dotted paths.
 *
 * Invariants
 * 1. The order is that of the left value's keys, then of the right value's own: the same arguments give the same text.
 * 2. At most MAX_PATHS places are listed; `truncated` says that there are more.
 * 3. Links to large values are the same when their content is, whichever execution they belong to.
 */
import type { PathDiff, ValueDiff } from '#contracts/diff';
import type { PayloadLink } from '#contracts/execution';
import { isJsonObject, type Json } from '#contracts/json';

export const MAX_PATHS = 200;

/** Large values by their SHA-256, where they have been loaded. */
export type LoadedValues = ReadonlyMap<string, Json>;

export interface Differences {
  paths: ValueDiff;
  truncated: boolean;
}

/** `undefined` is a value that is not there. `null` when there is no difference. */
export function diffValues(left: Json | undefined, right: Json | undefined, values?: LoadedValues): Differences | null {
  const walk = new Walk(values);
  walk.compare(left, right, '');
  return walk.count === 0 ? null : { paths: walk.paths, truncated: walk.count > MAX_PATHS };
}

/** The large value that a link stands for. */
export function linkOf(value: Json | undefined): PayloadLink['_payload'] | undefined {
  if (!isJsonObject(value) || !isJsonObject(value._payload) || Object.keys(value).length !== 1) return undefined;
  const { sha256, size, url } = value._payload;
  return typeof sha256 === 'string' && typeof size === 'number' && typeof url === 'string' ? { sha256, size, url } : undefined;
}

class Walk {
  readonly paths: ValueDiff = {};
  count = 0;

  constructor(private readonly values: LoadedValues | undefined) {}

  compare(left: Json | undefined, right: Json | undefined, path: string): void {
    if (left === right || this.count > MAX_PATHS) return;
    const leftLink = linkOf(left);
    const rightLink = linkOf(right);
    if (leftLink && rightLink && leftLink.sha256 === rightLink.sha256) return;
    const leftLoaded = leftLink && this.values?.get(leftLink.sha256);
    const rightLoaded = rightLink && this.values?.get(rightLink.sha256);
    if (leftLoaded !== undefined || rightLoaded !== undefined) return this.compare(leftLoaded ?? left, rightLoaded ?? right, path);
    if (leftLink || rightLink) return this.note(path, left, right);
    if (Array.isArray(left) && Array.isArray(right)) {
      for (let i = 0; i < Math.max(left.length, right.length); i++) {
        if (this.count > MAX_PATHS) return;
        this.compare(left[i], right[i], joined(path, String(i)));
      }
    } else if (isJsonObject(left) && isJsonObject(right)) {
      for (const key of Object.keys(left)) this.compare(left[key], own(right, key), joined(path, key));
      for (const key of Object.keys(right)) if (!Object.hasOwn(left, key)) this.compare(undefined, right[key], joined(path, key));
    } else {
      this.note(path, left, right);
    }
  }

  private note(path: string, left: Json | undefined, right: Json | undefined): void {
    if (++this.count > MAX_PATHS) return;
    const entry: PathDiff = { left: left ?? null, right: right ?? null };
    if (entry.left === null && entry.right === null) entry.absent = left === undefined ? 'left' : 'right';
    Object.defineProperty(this.paths, path === '' ? '$' : path, { value: entry, enumerable: true, configurable: true, writable: true });
  }
}

function own(value: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A key that would read as something else stands in brackets. */
function joined(path: string, key: string): string {
  if (key === '' || key === '$' || /[.[\]"]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
