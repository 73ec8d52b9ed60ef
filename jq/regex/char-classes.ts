/** Sets of characters by their names, as Oniguruma knows them. */
import { PatternError } from '#jq/regex/pattern-error';

/** Whether a code point belongs. */
export type CharTest = (code: number) => boolean;

/** Characters of a Unicode property, or of a class that JavaScript knows. */
export function ofClass(source: string): CharTest {
  const pattern = new RegExp(`^${source}$`, 'u');
  // ASCII is looked up, the rest asked for.
  const ascii = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
  return (code) => (code < 128 ? ascii[code]! : pattern.test(String.fromCodePoint(code)));
}

export const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);

const DIGIT = ofClass('\\p{Nd}');
export const WORD = ofClass('[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]');
const SPACE = ofClass('[\\s\\x85]');
const HEX = ofClass('[0-9a-fA-F]');
export const CLASSES: ReadonlyMap<string, CharTest> = new Map([
  ['d', DIGIT],
  ['D', not(DIGIT)],
  ['w', WORD],
  ['W', not(WORD)],
  ['s', SPACE],
  ['S', not(SPACE)],
  ['h', HEX],
  ['H', not(HEX)],
]);
const ASCII_WORD = ofClass('\\w');
export const ECMA_CLASSES: ReadonlyMap<string, CharTest> = new Map([
  ['d', ofClass('\\d')],
  ['D', not(ofClass('\\d'))],
  ['w', ASCII_WORD],
  ['W', not(ASCII_WORD)],
  ['s', ofClass('\\s')],
  ['S', not(ofClass('\\s'))],
]);
export const POSIX: ReadonlyMap<string, CharTest> = new Map([
  ['alnum', ofClass('[\\p{L}\\p{M}\\p{Nd}]')],
  ['alpha', ofClass('[\\p{L}\\p{M}]')],
  ['ascii', (code: number) => code < 128],
  ['blank', ofClass('[\\p{Zs}\\t]')],
  ['cntrl', ofClass('\\p{Cc}')],
  ['digit', DIGIT],
  ['graph', ofClass('[^\\s\\p{Cc}\\p{Cn}\\p{Cs}]')],
  ['lower', ofClass('\\p{Ll}')],
  ['print', ofClass('[^\\p{Cc}\\p{Cn}\\p{Cs}]')],
  ['punct', ofClass('[\\p{P}$+<=>^`|~]')],
  ['space', SPACE],
  ['upper', ofClass('\\p{Lu}')],
  ['xdigit', HEX],
  ['word', WORD],
]);

export function property(name: string): CharTest {
  const plain = name.replaceAll(/[ _]/g, '').toLowerCase();
  const posix = POSIX.get(plain);
  if (posix) return posix;
  for (const spelling of [name, `Script=${name}`, `Script=${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}`]) {
    try {
      return ofClass(`\\p{${spelling}}`);
    } catch {
      // Tried in another spelling.
    }
  }
  throw new PatternError(`invalid character property name {${name}}`);
}

export function between(low: number, high: number, ignoreCase: boolean): CharTest {
  if (!ignoreCase) return low === high ? (code) => code === low : (code) => code >= low && code <= high;
  const inside: CharTest = (code) => code >= low && code <= high;
  return (code) => {
    if (inside(code)) return true;
    const text = String.fromCodePoint(code);
    return inside(text.toLowerCase().codePointAt(0)!) || inside(text.toUpperCase().codePointAt(0)!);
  };
}
