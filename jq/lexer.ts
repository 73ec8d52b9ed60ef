/** Program text to tokens. A string with interpolations is one token that holds the tokens of each. */
import { JqSyntaxError } from '#jq/errors';

export type Token =
  | { kind: 'name'; text: string; at: number; end: number }
  | { kind: 'keyword'; text: string; at: number; end: number }
  | { kind: 'field'; text: string; at: number; end: number }
  | { kind: 'variable'; text: string; at: number; end: number }
  | { kind: 'format'; text: string; at: number; end: number }
  | { kind: 'number'; value: number; at: number; end: number }
  | { kind: 'string'; parts: (string | Token[])[]; at: number; end: number }
  | { kind: 'op'; text: string; at: number; end: number }
  | { kind: 'end'; at: number; end: number };

const KEYWORDS: ReadonlySet<string> = new Set('def if then elif else end as reduce foreach try catch label import include and or __loc__ module'.split(' '));

const SPACE = /(?:[ \t\r\n]+|#(?:[^\\\r\n]|\\(?:\r\n|[^\r\n]|\n)|\\$)*)+/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/y;
const FIELD = /\.[A-Za-z_]\w*/y;
const VARIABLE = /\$[ \t]*(__loc__|[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)/y;
const FORMAT = /@[A-Za-z0-9_]+/y;
const OPERATOR = /\?\/\/=|\?\/\/|\|=|\+=|-=|\*=|\/\/=|\/\/|\/=|%=|==|!=|<=|>=|\.\.|[.[\]{}()|,:;=<>+\-*/%?$]/y;

const MAX_NESTED_STRINGS = 50;

export function tokenize(source: string): Token[] {
  return new Lexer(source).tokens(0, false);
}

class Lexer {
  private at = 0;

  constructor(private readonly source: string) {}

  /** Up to the end, or to the `)` that closes an interpolation. */
  tokens(nesting: number, inString: boolean): Token[] {
    const tokens: Token[] = [];
    let open = 0;
    while (true) {
      this.match(SPACE);
      const at = this.at;
      if (at >= this.source.length) {
        if (inString) throw new JqSyntaxError('An interpolation "\\(" is not closed.', at, at);
        tokens.push({ kind: 'end', at, end: at });
        return tokens;
      }
      const token = this.next(nesting);
      if (inString && token.kind === 'op') {
        if (token.text === '(') open++;
        else if (token.text === ')' && open-- === 0) {
          tokens.push({ kind: 'end', at: token.at, end: token.end });
          return tokens;
        }
      }
      tokens.push(token);
    }
  }

  private next(nesting: number): Token {
    const at = this.at;
    if (this.source[at] === '"') return this.string(nesting);
    const number = this.match(NUMBER);
    if (number !== undefined) return { kind: 'number', value: Number(number), at, end: this.at };
    const name = this.match(NAME);
    if (name !== undefined) return { kind: KEYWORDS.has(name) ? 'keyword' : 'name', text: name, at, end: this.at };
    const field = this.match(FIELD);
    if (field !== undefined) return { kind: 'field', text: field.slice(1), at, end: this.at };
    const variable = this.match(VARIABLE);
    if (variable !== undefined) return { kind: 'variable', text: variable.slice(1).trim(), at, end: this.at };
    const format = this.match(FORMAT);
    if (format !== undefined) return { kind: 'format', text: format, at, end: this.at };
    const operator = this.match(OPERATOR);
    if (operator !== undefined) return { kind: 'op', text: operator, at, end: this.at };
    const char = String.fromCodePoint(this.source.codePointAt(at)!);
    throw new JqSyntaxError(`The character ${JSON.stringify(char)} has no meaning here.`, at, at + char.length);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private string(nesting: number): Token {
    const start = this.at++;
    if (nesting > MAX_NESTED_STRINGS) throw new JqSyntaxError('Strings in strings nest too deep.', start, start + 1);
    const parts: (string | Token[])[] = [];
    let text = '';
    while (true) {
      const char = this.source[this.at];
      if (char === undefined) throw new JqSyntaxError('A string is not closed.', start, this.at);
      if (char === '"') {
        this.at++;
        if (text !== '' || parts.length === 0) parts.push(text);
        return { kind: 'string', parts, at: start, end: this.at };
      }
      if (char !== '\\') {
        text += char;
        this.at++;
      } else if (this.source[this.at + 1] === '(') {
        if (text !== '') parts.push(text);
        text = '';
        this.at += 2;
        parts.push(this.tokens(nesting + 1, true));
      } else text += this.escape();
    }
  }

  private escape(): string {
    const at = this.at;
    const letter = this.source[at + 1] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.at += 2;
      return plain;
    }
    const digits = letter === 'u' ? /^[0-9a-fA-F]{4}/.exec(this.source.slice(at + 2, at + 6))?.[0] : undefined;
    if (digits === undefined) throw new JqSyntaxError('An escape in a string is one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u1234 \\(.', at, at + 2);
    this.at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
}

const ESCAPES: { [letter: string]: string | undefined } = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
