/** How deep blocks and parentheses stand in each other. */
import { TemplateSyntaxError } from '#language/templates/ast';

const MAX_DEPTH = 64;

export class Nesting {
  private depth = 0;

  /** Throws TemplateSyntaxError. Whoever enters leaves. */
  enter({ at, end }: { at: number; end: number }): void {
    if (++this.depth > MAX_DEPTH) throw new TemplateSyntaxError(`The template is nested deeper than ${MAX_DEPTH} levels.`, at, end);
  }

  leave(): void {
    this.depth--;
  }
}
