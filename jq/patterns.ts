/** `as $x`, `as [$a, {b: $c}]`, and alternatives with `?//`. */
import type { Json } from '#contracts/json';
import type { Node, Pattern } from '#jq/ast';
import { depthMark, returnTo } from '#jq/budget';
import { type Code, type Env, hop, type Signal } from '#jq/code';
import { JqError } from '#jq/errors';
import { getKey } from '#jq/paths';
import type { Scope } from '#jq/scope';
import { raise, typeOf } from '#jq/values';

/** Calls `next` with the environment of each way to bind the value. */
export type Bind = (value: Json, input: Json, env: Env, next: (env: Env) => Signal) => Signal;
type Compile = (node: Node, scope: Scope) => Code;

export interface Bound {
  bind: Bind;
  scope: Scope;
  /** A single variable: one way, one entry. */
  simple: boolean;
  breaks: boolean;
}

export function bindPatterns(patterns: readonly Pattern[], scope: Scope, compile: Compile): Bound {
  const [first] = patterns;
  if (patterns.length > 1) return alternatives(patterns, scope, compile);
  const part = new PatternCompiler(compile);
  const { bind, scope: inner } = part.pattern(first!, scope);
  return { bind, scope: inner, simple: first!.kind === 'variable', breaks: part.breaks };
}

/**
 * The patterns are tried in turn; an error, also of what is done with the variables, goes to the next. Each binds the
 * variables of all.
 */
function alternatives(patterns: readonly Pattern[], scope: Scope, compile: Compile): Bound {
  const part = new PatternCompiler(compile);
  const names = [...new Set(patterns.flatMap(namesOf))];
  const tries = patterns.map((pattern) => {
    const { bind, scope: inner } = part.pattern(pattern, scope);
    return { bind, places: names.map((name) => (namesOf(pattern).includes(name) ? inner.find('variable', name) : undefined)) };
  });
  const bind: Bind = (value, input, env, next) => {
    for (const [index, { bind: attempt, places }] of tries.entries()) {
      const mark = depthMark();
      try {
        return attempt(value, input, env, (bound) =>
          next(places.reduce<Env>((up, hops) => ({ value: hops === undefined ? null : hop(bound, hops)!.value, up }), env)),
        );
      } catch (error) {
        if (!(error instanceof JqError) || index === tries.length - 1) throw error;
        returnTo(mark);
      }
    }
    return undefined;
  };
  const inner = names.reduce((at, name) => at.with({ kind: 'variable', name }), scope);
  return { bind, scope: inner, simple: false, breaks: part.breaks };
}

function namesOf(pattern: Pattern): string[] {
  switch (pattern.kind) {
    case 'variable':
      return [pattern.name];
    case 'array':
      return pattern.items.flatMap(namesOf);
    case 'object':
      return pattern.entries.flatMap(({ variable, pattern: inner }) => [...(variable === undefined ? [] : [variable]), ...(inner ? namesOf(inner) : [])]);
  }
}

class PatternCompiler {
  breaks = false;

  constructor(private readonly compile: Compile) {}

  pattern(pattern: Pattern, scope: Scope): { bind: Bind; scope: Scope } {
    switch (pattern.kind) {
      case 'variable':
        return {
          bind: (value, _input, env, next) => next({ value, up: env }),
          scope: scope.with({ kind: 'variable', name: pattern.name }),
        };
      case 'array':
        return pattern.items.reduce<{ bind: Bind; scope: Scope }>(
          (before, item, index) => {
            const inner = this.pattern(item, before.scope);
            return {
              bind: (value, input, env, next) => before.bind(value, input, env, (bound) => inner.bind(getKey(value, index), input, bound, next)),
              scope: inner.scope,
            };
          },
          { bind: NOTHING, scope },
        );
      case 'object':
        return pattern.entries.reduce<{ bind: Bind; scope: Scope }>(
          (before, entry) => {
            const inner = this.entry(entry, before.scope);
            return {
              bind: (value, input, env, next) => before.bind(value, input, env, (bound) => inner.bind(value, input, bound, next)),
              scope: inner.scope,
            };
          },
          { bind: NOTHING, scope },
        );
    }
  }

  private entry({ key, variable, pattern }: (Pattern & { kind: 'object' })['entries'][number], scope: Scope): { bind: Bind; scope: Scope } {
    const name = this.compile(key, scope);
    this.breaks ||= name.breaks;
    const outer = variable === undefined ? scope : scope.with({ kind: 'variable', name: variable });
    const inner = pattern ? this.pattern(pattern, outer) : { bind: NOTHING, scope: outer };
    return {
      bind: (value, input, env, next) =>
        name.each(input, env, (output) => {
          const found = typeof output === 'string' ? getKey(value, output) : raise(`Cannot index ${typeOf(value)} with ${typeOf(output)}`);
          return inner.bind(found, input, variable === undefined ? env : { value: found, up: env }, next);
        }),
      scope: inner.scope,
    };
  }
}

const NOTHING: Bind = (_value, _input, env, next) => next(env);
