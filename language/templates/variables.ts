/** The variables that are in reach, and the slot of each: one for every declaration of the template. */
import { didYouMean } from '#language/nearest';
import { TemplateSyntaxError } from '#language/templates/ast';
import type { Token } from '#language/templates/lexer';

export class Variables {
  /** How many slots there are. */
  count = 0;
  private readonly scopes: Map<string, number>[] = [new Map()];

  open(): void {
    this.scopes.push(new Map());
  }

  close(): void {
    this.scopes.pop();
  }

  declare(name: string): number {
    const slot = this.count++;
    this.scopes[this.scopes.length - 1]!.set(name, slot);
    return slot;
  }

  /** Throws TemplateSyntaxError where nothing has declared it. */
  slotOf(token: Token): number {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const slot = this.scopes[i]!.get(token.text);
      if (slot !== undefined) return slot;
    }
    const known = this.scopes.flatMap((scope) => [...scope.keys()].map((name) => `$${name}`));
    throw new TemplateSyntaxError(
      `The variable $${token.text} is not declared.`,
      token.at,
      token.end,
      'template',
      didYouMean(`$${token.text}`, known, `Write {{ $${token.text} := … }} before it.`),
    );
  }
}
