/** Builtins about text, in one step each. */
import type { Json } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { FORMATS, textOf } from '#jq/builtins/formats';
import { iterated } from '#jq/builtins/list-of';
import { hasPairs } from '#jq/paths';
import { described, raise } from '#jq/values';

export function codePoints(text: string): number {
  if (!hasPairs(text)) return text.length;
  burn(text.length >> 2);
  let count = 0;
  for (const _ of text) count++;
  return count;
}

export function join(value: Json, separator: Json): Json {
  const items = iterated(value);
  if (items.length === 0) return '';
  if (typeof separator !== 'string') {
    return items.length === 1 && separator === null
      ? textOf(items[0]!)
      : raise(`${described(items.length > 1 ? '' : separator)} and ${described(separator)} cannot be added`);
  }
  let text = '';
  for (const [index, item] of items.entries()) {
    if (typeof item === 'object' && item !== null) return raise(`${described(index === 0 ? '' : text + separator)} and ${described(item)} cannot be added`);
    const piece = item === null ? '' : textOf(item);
    grow(8 + 2 * (piece.length + separator.length));
    text += index === 0 ? piece : separator + piece;
  }
  return text;
}

export function explode(value: Json): Json {
  if (typeof value !== 'string') return raise('explode input must be a string');
  grow(16 + 8 * value.length);
  burn(value.length);
  return Array.from(value.toWellFormed(), (char) => char.codePointAt(0)!);
}

export function implode(value: Json): Json {
  if (!Array.isArray(value)) return raise('implode input must be an array');
  grow(16 + 4 * value.length);
  burn(value.length);
  return value
    .map((code) => {
      if (typeof code !== 'number' || Number.isNaN(code)) return raise(`${described(code)} can't be imploded, unicode codepoint needs to be numeric`);
      const whole = Math.trunc(code);
      return String.fromCodePoint(whole < 0 || whole > 0x10ffff || (whole >= 0xd800 && whole <= 0xdfff) ? 0xfffd : whole);
    })
    .join('');
}

export function asciiCase(value: Json, from: RegExp, change: (char: string) => string): Json {
  if (typeof value !== 'string') return raise('explode input must be a string');
  grow(2 * value.length);
  return value.replaceAll(from, change);
}

export function startsWith(value: Json, prefix: Json): boolean {
  return typeof value === 'string' && typeof prefix === 'string' ? value.startsWith(prefix) : raise('startswith() requires string inputs');
}

export function endsWith(value: Json, suffix: Json): boolean {
  return typeof value === 'string' && typeof suffix === 'string' ? value.endsWith(suffix) : raise('endswith() requires string inputs');
}

export function withoutPrefix(value: Json, prefix: Json): Json {
  return typeof value === 'string' && typeof prefix === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

export function withoutSuffix(value: Json, suffix: Json): Json {
  return typeof value === 'string' && typeof suffix === 'string' && suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
}

/** Blanks as Unicode has them. */
export function trimmed(value: Json, trim: (text: string) => string): Json {
  return typeof value === 'string' ? trim(value) : raise(`${described(value)} cannot be trimmed`);
}

export function toText(value: Json): Json {
  return FORMATS.get('@json')!(value);
}
