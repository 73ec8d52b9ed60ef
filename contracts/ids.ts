/**
 * Identifiers. An execution's id is its object's id: 32 bytes, written in base62 behind `exec_`, so
 * that every call finds the object without a look-up.
 */
import { z } from 'zod';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const EXECUTION_PREFIX = 'exec_';
/** 62^43 > 2^256. */
const EXECUTION_DIGITS = 43;
/** So many digits fit a number: large numbers are divided seldom, for that is slow. */
const PART_DIGITS = 8;
const PART = 62n ** 8n;

export const EXECUTION_ID = /^exec_[0-9A-Za-z]{43}$/;

/** `exec_…` of a 64-digit hex object id. */
export function executionIdFromHex(hex: string): string {
  let rest = BigInt(`0x${hex}`);
  const codes = new Array<number>(EXECUTION_DIGITS);
  for (let at = EXECUTION_DIGITS; at > 0; ) {
    let part = Number(rest % PART);
    rest /= PART;
    for (let i = 0; i < PART_DIGITS && at > 0; i++) {
      codes[--at] = ALPHABET.charCodeAt(part % 62);
      part = Math.floor(part / 62);
    }
  }
  return EXECUTION_PREFIX + String.fromCharCode(...codes);
}

/** The 64-digit hex object id of `exec_…`, or `undefined` when the text has not that form. */
export function hexFromExecutionId(id: string): string | undefined {
  if (!EXECUTION_ID.test(id)) return undefined;
  let value = 0n;
  for (const digit of id.slice(EXECUTION_PREFIX.length)) value = value * 62n + BigInt(ALPHABET.indexOf(digit));
  const hex = value.toString(16);
  return hex.length > 64 ? undefined : hex.padStart(64, '0');
}

/** A short random id with a type prefix: `wf_`, `dep_`, `key_` and 20 base62 digits (119 bits). */
export function newId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  let digits = '';
  for (const byte of bytes) digits += ALPHABET[byte % 62];
  return `${prefix}_${digits}`;
}

/** Tenants and workflows become host name labels, hence this form. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const slugSchema = z.string().regex(SLUG, 'lower case letters, digits and hyphens, at most 63 characters');

/** W3C trace context: 16 and 8 random bytes in hex. */
export function newTraceId(): string {
  return randomHex(16);
}
export function newSpanId(): string {
  return randomHex(8);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function randomHex(size: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(size));
  let hex = '';
  for (let i = 0; i < size; i++) hex += HEX[bytes[i]!]!;
  return hex;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** The caller's trace and span of a `traceparent` header; `undefined` when absent, malformed or all zero. */
export function parseTraceparent(header: string | null | undefined): { traceId: string; spanId: string } | undefined {
  const match = header ? TRACEPARENT.exec(header) : null;
  if (!match || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return undefined;
  return { traceId: match[1]!, spanId: match[2]! };
}
