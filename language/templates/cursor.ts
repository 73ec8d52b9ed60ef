/** The tokens of one action, read one after the other. */
import { TemplateSyntaxError } from '#language/templates/ast';
import type { Token } from '#language/templates/lexer';

export class Cursor {
  position = 0;

  constructor(
    private readonly tokens: Token[],
    readonly at: number,
    readonly end: number,
  ) {}

  peek(): Token | undefined {
    return this.tokens[this.position];
  }

  /** The token right after the current one when nothing stands between: a field, or an operator. */
  after(token: Token): Token | undefined {
    const next = this.tokens[this.position + 1];
    return next && (next.kind !== 'field' || !next.spaced) && this.tokens[this.position] === token ? next : undefined;
  }

  take(): Token | undefined {
    return this.tokens[this.position++];
  }

  takeName(name: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'name' || token.text !== name) return false;
    this.position++;
    return true;
  }

  /** Whether an operand follows. */
  more(): boolean {
    const token = this.peek();
    return token !== undefined && token.kind !== ')' && token.kind !== '|';
  }

  lastEnd(fallback: number): number {
    return this.tokens[Math.min(this.position, this.tokens.length) - 1]?.end ?? fallback;
  }

  finish(): void {
    const token = this.peek();
    if (token) throw new TemplateSyntaxError(`"${token.text}" is not expected here.`, token.at, token.end);
  }
}
