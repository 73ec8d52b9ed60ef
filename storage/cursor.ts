/**
 * Cursors of lists: opaque to callers, checked when they come back.
 * The name of the list is part of the cursor, so that one of another list is refused.
 */
import { Problem } from '#contracts/problems';

export function encodeCursor(list: string, parts: (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify([list, ...parts]));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

type Shape = readonly ('string' | 'number')[];
type Parts<S extends Shape> = { [I in keyof S]: S[I] extends 'number' ? number : string };

/** Throws Problem('invalid_cursor') unless the text is a cursor of this list. */
export function decodeCursor<const S extends Shape>(list: string, shape: S, text: string): Parts<S> {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    if (Array.isArray(value) && value.length === shape.length + 1 && value[0] === list) {
      const parts = value.slice(1);
      if (shape.every((type, i) => typeof parts[i] === type && (type === 'string' || Number.isSafeInteger(parts[i])))) return parts as Parts<S>;
    }
  } catch {
    // Not base64url, not UTF-8 or not JSON: told below.
  }
  throw new Problem('invalid_cursor');
}

/** `limit + 1` rows were asked for: cuts the page and makes its cursor from the last row kept. */
export function pageOf<T>(rows: T[], limit: number, cursorOf: (last: T) => string): { items: T[]; next_cursor: string | null } {
  if (rows.length <= limit) return { items: rows, next_cursor: null };
  const items = rows.slice(0, limit);
  return { items, next_cursor: cursorOf(items[limit - 1]!) };
}
