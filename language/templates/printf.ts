/** Go's `printf` over JSON values: verbs v s q d f F e g t x X o b c U T %, with flags, width and precision. */
import { Problem } from '#contracts/problems';
import type { Value } from '#language/path';
import { plainNumber, toNumber, toText, typeName } from '#language/values';

const VERB = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g;
const MAX_WIDTH = 10_000;

/** Throws Problem('template_error') for a width out of bounds; other faults show as Go shows them, `%!d(text)`. */
export function printf(format: string, args: readonly Value[]): string {
  let next = 0;
  const text = format.replace(VERB, (whole, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const number = (size: string | undefined) => (size === '*' ? (toNumber(args[next++]) ?? 0) : size === undefined ? undefined : Number(size));
    const columns = number(width);
    const dot = whole.includes('.');
    const digits = dot ? (number(precision) ?? 0) : undefined;
    if ((columns ?? 0) > MAX_WIDTH || (digits ?? 0) > MAX_WIDTH)
      throw new Problem('template_error', `A width of more than ${MAX_WIDTH} is not allowed in printf.`);
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const value = args[next++];
    return pad(render(verb, value, flags, digits), columns, flags, typeof value === 'number' || /[dfFeEgGxXob]/.test(verb));
  });
  const extra = args.slice(next);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.map(toText).join(', ')})`;
}

function pad(text: string, width: number | undefined, flags: string, numeric: boolean): string {
  if (width === undefined || text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !numeric) return text.padStart(width);
  const sign = /^[+-]/.test(text) ? text[0]! : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function render(verb: string, value: Value, flags: string, digits: number | undefined): string {
  switch (verb) {
    case 'v':
      return value === undefined || value === null ? '<nil>' : toText(value);
    case 's':
      return digits === undefined ? toText(value) : toText(value).slice(0, digits);
    case 'q':
      return JSON.stringify(toText(value));
    case 't':
      return typeof value === 'boolean' ? String(value) : bad(verb, value);
    case 'T':
      return typeName(value);
    case 'x':
    case 'X':
      return hex(verb, value);
    default:
      return numeric(verb, value, flags, digits);
  }
}

function hex(verb: string, value: Value): string {
  const text =
    typeof value === 'number'
      ? Math.trunc(value).toString(16)
      : [...new TextEncoder().encode(toText(value))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return verb === 'X' ? text.toUpperCase() : text;
}

function numeric(verb: string, value: Value, flags: string, digits: number | undefined): string {
  const number = toNumber(value);
  if (number === undefined) return bad(verb, value);
  const places = Math.min(digits ?? 6, 100);
  switch (verb) {
    case 'd':
      return signed(plainNumber(Math.trunc(number)), flags);
    case 'f':
    case 'F':
      return signed(fixed(number, places), flags);
    case 'e':
    case 'E': {
      const text = number.toExponential(places).replace(/e([+-])(\d)$/, 'e$10$2');
      return signed(verb === 'E' ? text.toUpperCase() : text, flags);
    }
    case 'g':
    case 'G':
      return signed(digits === undefined ? plainNumber(number) : plainNumber(Number(number.toPrecision(Math.min(Math.max(digits, 1), 100)))), flags);
    case 'b':
      return signed(Math.trunc(number).toString(2), flags);
    case 'o':
      return signed(Math.trunc(number).toString(8), flags);
    case 'c':
      return number >= 0 && number <= 0x10ffff ? String.fromCodePoint(Math.trunc(number)) : bad(verb, value);
    case 'U':
      return `U+${Math.trunc(number).toString(16).toUpperCase().padStart(4, '0')}`;
    default:
      return bad(verb, value);
  }
}

/** `toFixed` turns to exponents from 1e21 on. */
function fixed(number: number, places: number): string {
  if (Math.abs(number) < 1e21) return number.toFixed(places);
  return places === 0 ? plainNumber(number) : `${plainNumber(number)}.${'0'.repeat(places)}`;
}

function bad(verb: string, value: Value): string {
  return `%!${verb}(${toText(value)})`;
}
