/** Reads a pattern by its characters: what one of them stands for, escaped or not, and the sets in brackets. */
import { between, type CharTest, CLASSES, ECMA_CLASSES, not, POSIX, property } from '#jq/regex/char-classes';
import { PatternError } from '#jq/regex/pattern-error';

export interface Flags {
  ignoreCase: boolean;
  /** White space and comments in the pattern do not count. */
  extended: boolean;
  dotAll: boolean;
  multiLine: boolean;
  /** JavaScript's meaning of `$`, `\d` and `\w`. */
  ecma?: boolean;
}

const MAX_NESTING = 100;

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['a', 7],
  ['e', 27],
]);

export class CharacterReader {
  protected at = 0;
  protected depth = 0;
  private readonly classes: ReadonlyMap<string, CharTest>;

  constructor(
    protected readonly source: string,
    ecma: boolean | undefined,
  ) {
    this.classes = ecma ? ECMA_CLASSES : CLASSES;
  }

  /** Whoever goes deeper comes back up. */
  protected deeper(): void {
    if (++this.depth > MAX_NESTING) throw new PatternError('the pattern nests too deep');
  }

  protected take(otherwise = 'end pattern'): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) throw new PatternError(otherwise);
    const char = String.fromCodePoint(code);
    this.at += char.length;
    return char;
  }

  protected sees(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  protected accept(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** `\d`, `\p{…}` and the like. */
  protected classOf(letter: string): CharTest | undefined {
    if (letter !== 'p' && letter !== 'P') return this.classes.get(letter);
    const match = /^\{(\^?)([\w ]+)\}/.exec(this.source.slice(this.at, this.at + 60));
    if (!match) throw new PatternError('invalid character property name {}');
    this.at += match[0].length;
    const test = property(match[2]!);
    return (letter === 'P') !== (match[1] === '^') ? not(test) : test;
  }

  protected code(letter: string): number {
    const rest = this.source.slice(this.at, this.at + 12);
    const hex =
      letter === 'x'
        ? /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{1,2}))/.exec(rest)
        : letter === 'u'
          ? /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/.exec(rest)
          : null;
    if (hex) {
      this.at += hex[0].length;
      const code = Number.parseInt((hex[1] ?? hex[2])!, 16);
      if (code > 0x10ffff) throw new PatternError('invalid code point value');
      return code;
    }
    if (letter === '0') {
      const octal = /^[0-7]{1,2}/.exec(rest)?.[0] ?? '';
      this.at += octal.length;
      return Number.parseInt(`0${octal}`, 8);
    }
    return CONTROLS.get(letter) ?? letter.codePointAt(0)!;
  }

  protected set(flags: Flags): CharTest {
    this.deeper();
    const negated = this.accept('^');
    const tests: CharTest[] = [];
    let first = true;
    while (first || !this.sees(']')) {
      if (this.at >= this.source.length) throw new PatternError('premature end of char-class');
      first = false;
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.source.slice(this.at, this.at + 20));
      if (posix) {
        const test = POSIX.get(posix[2]!);
        if (!test) throw new PatternError('invalid POSIX bracket type');
        tests.push(posix[1] === '^' ? not(test) : test);
        this.at += posix[0].length;
        continue;
      }
      const low = this.setItem();
      if (typeof low !== 'number') {
        tests.push(low);
        continue;
      }
      let high = low;
      if (this.sees('-') && this.source[this.at + 1] !== ']' && this.at + 1 < this.source.length) {
        const back = this.at++;
        const end = this.setItem();
        if (typeof end === 'number') {
          if (end < low) throw new PatternError('empty range in char class');
          high = end;
        } else this.at = back;
      }
      tests.push(between(low, high, flags.ignoreCase));
    }
    this.at++;
    this.depth--;
    const any: CharTest = (code) => tests.some((test) => test(code));
    return negated ? not(any) : any;
  }

  private setItem(): number | CharTest {
    const char = this.take('premature end of char-class');
    if (char !== '\\') return char.codePointAt(0)!;
    const letter = this.take('end pattern at escape');
    return this.classOf(letter) ?? (letter === 'b' ? 8 : this.code(letter));
  }
}
