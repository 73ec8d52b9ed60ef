/** `@csv`, `@uri` and the like. */
import type { Json } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { described, jsonText, raise } from '#jq/values';

export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  const text = jsonText(value);
  grow(2 * text.length);
  return text;
}

function escaped(text: string, pattern: RegExp, replace: (char: string) => string): string {
  burn(1 + (text.length >> 3));
  const out = text.replaceAll(pattern, replace);
  grow(2 * out.length);
  return out;
}

const HTML: { [char: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };
const TSV: { [char: string]: string } = { '\t': '\\t', '\r': '\\r', '\n': '\\n', '\\': '\\\\' };

function row(value: Json, name: string, separator: string, quote: (text: string) => string): string {
  if (!Array.isArray(value)) return raise(`${described(value)} cannot be ${name}-formatted, only array`);
  const cells = value.map((cell) => {
    if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '';
    if (typeof cell === 'object') return raise(`${described(cell)} is not valid in a csv row`);
    return typeof cell === 'string' ? quote(cell) : textOf(cell);
  });
  const text = cells.join(separator);
  grow(2 * text.length);
  return text;
}

function shell(value: Json): string {
  const words = Array.isArray(value) ? value : [value];
  const text = words
    .map((word) => {
      if (typeof word === 'object' && word !== null) return raise(`${described(word)} can not be escaped for shell`);
      return typeof word === 'string' ? `'${escaped(word, /'/g, () => "'\\''")}'` : textOf(word);
    })
    .join(' ');
  grow(2 * text.length);
  return text;
}

function uri(value: Json): string {
  return escaped(textOf(value).toWellFormed(), /[^A-Za-z0-9\-_.~]/gu, (char) => {
    return Array.from(new TextEncoder().encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
}

function fromUri(value: Json): string {
  const text = textOf(value);
  burn(1 + (text.length >> 3));
  return decoded(
    new TextEncoder().encode(text).reduce<{ bytes: number[]; skip: number }>(
      (state, byte, index, all) => {
        if (state.skip > 0) return { bytes: state.bytes, skip: state.skip - 1 };
        const hex = byte === 0x25 ? /^[0-9a-fA-F]{2}$/.exec(String.fromCharCode(all[index + 1] ?? 0, all[index + 2] ?? 0)) : null;
        if (byte === 0x25 && !hex) return raise(`${described(value)} is not a valid uri encoding`);
        state.bytes.push(hex ? Number.parseInt(hex[0], 16) : byte);
        return { bytes: state.bytes, skip: hex ? 2 : 0 };
      },
      { bytes: [], skip: 0 },
    ).bytes,
  );
}

function decoded(bytes: readonly number[]): string {
  grow(2 * bytes.length);
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of the text in digits of `bits` bits, filled up with `=` to groups of `size`. */
function encoded(value: Json, alphabet: string, bits: number, size: number): string {
  const bytes = new TextEncoder().encode(textOf(value));
  burn(bytes.length);
  grow(4 * bytes.length);
  let text = '';
  let rest = 0;
  let count = 0;
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    for (count += 8; count >= bits; count -= bits) text += alphabet[(rest >> (count - bits)) & (2 ** bits - 1)];
    rest &= 0xff;
  }
  if (count > 0) text += alphabet[(rest << (bits - count)) & (2 ** bits - 1)];
  return text.padEnd(Math.ceil(text.length / size) * size, '=');
}

function decodedFrom(value: Json, alphabet: string, bits: number, name: string): string {
  const text = textOf(value).replace(/=.*$/s, '');
  burn(text.length);
  const bytes: number[] = [];
  let rest = 0;
  let count = 0;
  for (const char of text) {
    const digit = alphabet.indexOf(char);
    if (digit === -1) return raise(`${described(value)} is not valid ${name} data`);
    rest = ((rest << bits) | digit) & 0xffff;
    count += bits;
    if (count < 8) continue;
    count -= 8;
    bytes.push((rest >> count) & 0xff);
  }
  if (count >= bits) return raise(`${described(value)} trailing ${name} byte found`);
  return decoded(bytes);
}

/** By name, the `@` in front. */
export const FORMATS: ReadonlyMap<string, (value: Json) => string> = new Map<string, (value: Json) => string>([
  ['@text', textOf],
  [
    '@json',
    (value) => {
      const text = jsonText(value);
      grow(2 * text.length);
      return text;
    },
  ],
  ['@csv', (value) => row(value, 'csv', ',', (text) => `"${escaped(text, /"/g, () => '""')}"`)],
  ['@tsv', (value) => row(value, 'tsv', '\t', (text) => escaped(text, /[\t\r\n\\]/g, (char) => TSV[char]!))],
  ['@html', (value) => escaped(textOf(value), /[&<>'"]/g, (char) => HTML[char]!)],
  ['@uri', uri],
  ['@urid', fromUri],
  ['@sh', shell],
  ['@base64', (value) => encoded(value, BASE64, 6, 4)],
  ['@base64d', (value) => decodedFrom(value, BASE64, 6, 'base64')],
  ['@base32', (value) => encoded(value, BASE32, 5, 8)],
  ['@base32d', (value) => decodedFrom(value, BASE32, 5, 'base32')],
]);
