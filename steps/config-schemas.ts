/**
 * Schemas that several steps share, so that the same setting reads the same everywhere.
 *
 * Marks in `.meta()` that other rooms read:
 * - `deprecated` and `use`: an older spelling; the loader accepts it with a warning that names `use`.
 * - `sealed`: the whole value is a secret by its name, as `${NAME}`; the loader refuses anything else.
 * - `literal`: no templates here; the text is taken as it is (SQL, so that values cannot become statements).
 */
import { z } from 'zod';
import { DURATION, parseDuration } from '#contracts/duration';
import type { Json, JsonObject } from '#contracts/json';

/** Any JSON. Typed values stay typed: a string that is exactly one template gives the value itself. */
export const json = z.any() as z.ZodType<Json>;

export const jsonObject = z.record(z.string(), z.any()) as unknown as z.ZodRecord<z.ZodString, z.ZodType<Json>>;

/** A path into the context, such as `steps.reserve.output`. */
export const path = z.string().min(1);

export const duration = z.union([z.string().regex(DURATION, 'a duration such as 500ms, 30s, 5m, 1h30m or 7d'), z.number().min(0)]);

/** Milliseconds of a value that `duration` let through. */
export function durationMs(value: string | number): number {
  return parseDuration(value) ?? 0;
}

export const SIZE = /^\d+(?:\.\d+)?\s*(?:[bB]|[kKmM][iI]?[bB])?$/;
export const size = z.union([z.string().regex(SIZE, 'a size such as 65536, 512KB or 4MB'), z.number().int().min(1)]);

/** Bytes of a value that `size` let through; K and M count in 1024, as in the rest of the platform. */
export function sizeBytes(value: string | number): number {
  if (typeof value === 'number') return value;
  const [, amount, unit] = /^([\d.]+)\s*([a-z]*)$/i.exec(value.trim()) ?? [];
  const factor = /^m/i.test(unit ?? '') ? 1024 * 1024 : /^k/i.test(unit ?? '') ? 1024 : 1;
  return Math.floor(Number(amount) * factor);
}

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name holds letters, digits and hyphens, and no space or colon');

/** Header values; numbers and booleans are written as text. */
export const headers = z.record(headerName, z.union([z.string(), z.number(), z.boolean()]));

/** What HTTP has no room for in a header's value: line breaks and the other control characters but the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
const NOT_IN_HEADERS = /[\u0000-\u0008\u000a-\u001f\u007f]+/g;

/** What cannot be sent becomes a space. */
export function headerValue(value: string | number | boolean): string {
  return String(value).replace(NOT_IN_HEADERS, ' ');
}

/** Lower-case names and text values. */
export function headerText(values: Record<string, string | number | boolean> | undefined): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(values ?? {})) out[name.toLowerCase()] = headerValue(value);
  return out;
}

/** HTTP status of an answer. */
export const status = z.number().int().min(200).max(599);

/** Drops the keys whose value is `undefined`, so that what the log keeps is plain JSON. */
export function compact(values: Record<string, Json | undefined>): JsonObject {
  const out: JsonObject = {};
  for (const key in values) if (values[key] !== undefined) out[key] = values[key];
  return out;
}

const ENCODER = new TextEncoder();

/** Size of a text in bytes of UTF-8. */
export function byteLength(text: string): number {
  return ENCODER.encode(text).byteLength;
}

/** The flat fields of a context: everything but the three roots. */
export function flatFields(context: JsonObject): JsonObject {
  const { trigger: _trigger, steps: _steps, meta: _meta, ...flat } = context;
  return flat;
}
