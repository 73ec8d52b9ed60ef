/** Reads the tokens of a program one after the other. What it makes of them are the rules, which call each other through it. */
import type { Node } from '#jq/ast';
import { JqSyntaxError } from '#jq/errors';
import { literal } from '#jq/grammar/nodes';
import type { Token } from '#jq/lexer';

const MAX_NESTING = 400;

export abstract class Reader {
  index = 0;

  constructor(
    protected readonly source: string,
    readonly tokens: Token[],
    protected depth: number,
  ) {}

  /** An expression as wide as it goes. */
  abstract pipe(): Node;
  /** An expression of operators that bind at least so tightly. */
  abstract expression(minimum: number): Node;
  /** A string, its parts brought into the format. */
  abstract text(format: string): Node;

  /** Whoever goes deeper comes back up. */
  deeper(what: string): void {
    if (++this.depth > MAX_NESTING) throw this.unexpected(`the ${what} nests too deep`);
  }

  higher(): void {
    this.depth--;
  }

  /** Where in the program it stands, as a value: `$__loc__`. */
  place(at: number): Node {
    return literal({ file: '<top-level>', line: this.source.slice(0, at).split('\n').length });
  }

  variable(after: string): string {
    const token = this.take();
    if (token.kind !== 'variable') throw this.wrong(token, `$name is needed after ${after}`);
    return token.text;
  }

  peek(): Token {
    return this.tokens[this.index]!;
  }

  take(): Token {
    const token = this.tokens[this.index]!;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  isOp(text: string): boolean {
    const token = this.peek();
    return token.kind === 'op' && token.text === text;
  }

  accept(text: string): boolean {
    if (!this.isOp(text)) return false;
    this.index++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`"${text}" is needed here`);
  }

  isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === 'keyword' && token.text === text;
  }

  acceptWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.index++;
    return true;
  }

  unexpected(why?: string): JqSyntaxError {
    return this.wrong(this.peek(), why);
  }

  wrong(token: Token, why?: string): JqSyntaxError {
    const found = token.kind === 'end' ? 'The program ends too early' : `"${this.source.slice(token.at, token.end).slice(0, 40)}" was not expected`;
    return new JqSyntaxError(`${found}${why === undefined ? '.' : `: ${why}.`}`, token.at, token.end);
  }
}
