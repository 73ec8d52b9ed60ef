/** Patterns of RE2's syntax, as far as it is known here, to a tree. What is not known is an error, never a guess. */

export class RegexSyntaxError extends Error {}

export const MAX_PATTERN = 1000;

export type Test = (code: number) => boolean;
export type Node =
  | { kind: 'char'; test: Test }
  | { kind: 'assert'; at: 'start' | 'end' | 'line-start' | 'line-end' | 'word' | 'not-word' }
  | { kind: 'concat'; parts: Node[] }
  | { kind: 'either'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

interface Flags {
  ignoreCase: boolean;
  multiLine: boolean;
  dotAll: boolean;
}

const digit: Test = (c) => c >= 48 && c <= 57;
export const word: Test = (c) => digit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const space: Test = (c) => c === 32 || (c >= 9 && c <= 13);
export const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
const CLASSES: { [letter: string]: Test } = { d: digit, D: not(digit), w: word, W: not(word), s: space, S: not(space) };
const POSIX: { [name: string]: Test } = {
  alpha: (c) => (c >= 65 && c <= 90) || (c >= 97 && c <= 122),
  digit,
  alnum: (c) => word(c) && c !== 95,
  upper: (c) => c >= 65 && c <= 90,
  lower: (c) => c >= 97 && c <= 122,
  space,
  word,
  punct: (c) => c > 32 && c < 127 && (!word(c) || c === 95),
  xdigit: (c) => digit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
};
const CONTROLS: { [letter: string]: number } = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, '0': 0 };
const MAX_GROUPS = 50;

export class PatternParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  parse(): Node {
    const node = this.either({ ignoreCase: false, multiLine: false, dotAll: false });
    if (this.at < this.source.length) throw new RegexSyntaxError('")" closes nothing.');
    return node;
  }

  private either(flags: Flags): Node {
    // A flag group such as (?i) holds to the end of its own group.
    const own = { ...flags };
    const parts = [this.concat(own)];
    while (this.source[this.at] === '|') {
      this.at++;
      parts.push(this.concat(own));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  private concat(flags: Flags): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const atom = this.atom(flags);
      if (atom) parts.push(this.quantified(atom));
    }
    return { kind: 'concat', parts };
  }

  private quantified(atom: Node): Node {
    let node = atom;
    let count = 0;
    while (true) {
      const range = this.quantifier();
      if (!range) return node;
      if (++count > 1) throw new RegexSyntaxError('A quantifier stands behind a quantifier.');
      if (this.source[this.at] === '?') this.at++;
      node = { kind: 'repeat', part: node, min: range[0], max: range[1] };
    }
  }

  private quantifier(): [number, number] | undefined {
    const char = this.source[this.at];
    if (char === '*' || char === '+' || char === '?') {
      this.at++;
      return [char === '+' ? 1 : 0, char === '?' ? 1 : Number.POSITIVE_INFINITY];
    }
    const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at, this.at + 20));
    if (!match) return undefined;
    this.at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (min > 1000 || (max !== Number.POSITIVE_INFINITY && max > 1000) || max < min) throw new RegexSyntaxError(`The quantifier ${match[0]} is not valid.`);
    return [min, max];
  }

  private atom(flags: Flags): Node | undefined {
    const char = this.take();
    if (char === '(') return this.group(flags);
    if (char === '[') return { kind: 'char', test: this.set(flags) };
    if (char === '.') return { kind: 'char', test: flags.dotAll ? () => true : (c) => c !== 10 };
    if (char === '^') return { kind: 'assert', at: flags.multiLine ? 'line-start' : 'start' };
    if (char === '$') return { kind: 'assert', at: flags.multiLine ? 'line-end' : 'end' };
    if (char === '*' || char === '+' || char === '?') throw new RegexSyntaxError(`"${char}" repeats nothing.`);
    if (char === '\\') return this.escape(flags);
    return literal(char.codePointAt(0)!, flags);
  }

  private take(): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) throw new RegexSyntaxError('The pattern ends too early.');
    const char = String.fromCodePoint(code);
    this.at += char.length;
    return char;
  }

  private group(flags: Flags): Node | undefined {
    let inner = flags;
    if (this.source[this.at] === '?') {
      const named = /^\?P?<[A-Za-z_]\w*>/.exec(this.source.slice(this.at, this.at + 80));
      const flagged = /^\?([ims]*)(?:-([ims]+))?([:)])/.exec(this.source.slice(this.at, this.at + 20));
      if (named) this.at += named[0].length;
      else if (flagged) {
        this.at += flagged[0].length;
        inner = { ...flags };
        for (const [letters, on] of [
          [flagged[1]!, true],
          [flagged[2] ?? '', false],
        ] as const) {
          for (const letter of letters) inner[letter === 'i' ? 'ignoreCase' : letter === 'm' ? 'multiLine' : 'dotAll'] = on;
        }
        if (flagged[3] === ')') {
          Object.assign(flags, inner);
          return undefined;
        }
      } else throw new RegexSyntaxError('Look-around and other special groups are not supported.');
    }
    if (++this.depth > MAX_GROUPS) throw new RegexSyntaxError('The pattern is nested too deep.');
    const node = this.either(inner);
    if (this.source[this.at] !== ')') throw new RegexSyntaxError('"(" is not closed.');
    this.at++;
    this.depth--;
    return node;
  }

  private escape(flags: Flags): Node {
    const letter = this.take();
    if (letter === 'b') return { kind: 'assert', at: 'word' };
    if (letter === 'B') return { kind: 'assert', at: 'not-word' };
    if (letter === 'A') return { kind: 'assert', at: 'start' };
    if (letter === 'z') return { kind: 'assert', at: 'end' };
    const test = CLASSES[letter];
    if (test) return { kind: 'char', test };
    return literal(this.escaped(letter), flags);
  }

  private escaped(letter: string): number {
    if (letter === 'x' || letter === 'u') {
      const match = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2,4}))/.exec(this.source.slice(this.at, this.at + 8));
      const digits = match?.[1] ?? match?.[2]?.slice(0, letter === 'x' ? 2 : 4);
      if (!match || !digits || (letter === 'u' && !match[1] && digits.length < 4)) throw new RegexSyntaxError(`"\\${letter}" needs hexadecimal digits.`);
      this.at += match[1] ? match[0].length : digits.length;
      return Number.parseInt(digits, 16);
    }
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (/[0-9A-Za-z]/.test(letter)) throw new RegexSyntaxError(`"\\${letter}" is not supported.`);
    return letter.codePointAt(0)!;
  }

  private set(flags: Flags): Test {
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    const tests: Test[] = [];
    let first = true;
    while (this.source[this.at] !== ']' || first) {
      first = false;
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.source.slice(this.at, this.at + 16));
      if (posix) {
        const test = Object.hasOwn(POSIX, posix[2]!) ? POSIX[posix[2]!] : undefined;
        if (!test) throw new RegexSyntaxError(`Unknown class "${posix[0]}".`);
        tests.push(posix[1] ? not(test) : test);
        this.at += posix[0].length;
        continue;
      }
      const low = this.setItem();
      if (typeof low !== 'number') {
        tests.push(low);
        continue;
      }
      let high = low;
      if (this.source[this.at] === '-' && this.source[this.at + 1] !== ']' && this.at + 1 < this.source.length) {
        this.at++;
        const end = this.setItem();
        if (typeof end !== 'number' || end < low) throw new RegexSyntaxError('A range of characters is not valid.');
        high = end;
      }
      tests.push(between(low, high, flags.ignoreCase));
    }
    this.at++;
    const any: Test = (c) => tests.some((test) => test(c));
    return negated ? not(any) : any;
  }

  private setItem(): number | Test {
    const char = this.take();
    if (char !== '\\') return char.codePointAt(0)!;
    const letter = this.take();
    return CLASSES[letter] ?? (letter === 'b' ? 8 : this.escaped(letter));
  }
}

function literal(code: number, flags: Flags): Node {
  return { kind: 'char', test: between(code, code, flags.ignoreCase) };
}

function between(low: number, high: number, ignoreCase: boolean): Test {
  const exact: Test = (c) => c >= low && c <= high;
  if (!ignoreCase) return exact;
  return (c) => {
    if (exact(c)) return true;
    const char = String.fromCodePoint(c);
    return exact(char.toLowerCase().codePointAt(0)!) || exact(char.toUpperCase().codePointAt(0)!);
  };
}
