/** Names in reach at a place of the program, and how far up the environment their values stand. */
import type { Code } from '#jq/code';

export type Entry =
  | { kind: 'variable'; name: string }
  | { kind: 'closure'; name: string }
  | { kind: 'label'; name: string }
  | { kind: 'function'; name: string; fn: CompiledFunction };

/** A definition. `code` is there once its body is compiled; a call before that is a recursion. */
export interface CompiledFunction {
  params: readonly string[];
  /** Length of the environment in which it is defined. */
  depth: number;
  code: Code | undefined;
}

export class Scope {
  private constructor(
    private readonly up: Scope | undefined,
    private readonly entry: Entry | undefined,
    /** Length of the environment here. */
    readonly depth: number,
  ) {}

  static readonly root = new Scope(undefined, undefined, 0);

  with(entry: Entry): Scope {
    return new Scope(this, entry, entry.kind === 'function' ? this.depth : this.depth + 1);
  }

  /** Steps up the environment to a variable or label. */
  find(kind: 'variable' | 'label', name: string): number | undefined {
    for (let at: Scope | undefined = this; at; at = at.up) {
      if (at.entry?.kind === kind && at.entry.name === name) return this.depth - at.depth;
    }
    return undefined;
  }

  callable(name: string, arity: number): { entry: Entry & { kind: 'closure' | 'function' }; hops: number } | undefined {
    for (let at: Scope | undefined = this; at; at = at.up) {
      const { entry } = at;
      if (entry?.name !== name) continue;
      if (entry.kind === 'closure' && arity === 0) return { entry, hops: this.depth - at.depth };
      if (entry.kind === 'function' && entry.fn.params.length === arity) return { entry, hops: this.depth - entry.fn.depth };
    }
    return undefined;
  }
}
