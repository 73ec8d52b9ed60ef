/**
 * The places of its input that a program is certain to look at: `.a.b`, `.a | .b`, `. as $all | $all.a["b"]`.
 *
 * Invariants
 * 1. What is said is certain: an expression whose input is not known (the argument of `map`, the body of a function) says nothing.
 * 2. What is written, deleted or asked for (`.a = 1`, `del(.a)`, `has("a")`) is not looked at.
 */
import type { Node, Pattern } from '#jq/ast';
import { parse } from '#jq/parser';

export interface InputRead {
  keys: readonly string[];
  /** Of the last key, in the source. */
  at: number;
  end: number;
}

/** Keys from the input down; `undefined`: some other value. */
type Path = readonly string[] | undefined;

interface Surroundings {
  variables: ReadonlyMap<string, Path>;
  /** Names of functions that the program has made its own. */
  functions: ReadonlySet<string>;
}

/** Deeper places are not of interest, and would make long chains dear. */
const MAX_DEPTH = 6;

/** Builtins that hand their own input to their arguments. */
const HAND_ON: ReadonlySet<string> = new Set(
  'select first last limit isempty error range has contains inside startswith endswith ltrimstr rtrimstr join split'.split(' '),
);

/** Of a program that has no fault. */
export function inputReads(source: string): InputRead[] {
  const reader = new Reader();
  reader.visit(parse(source), [], { variables: new Map(), functions: new Set() });
  return reader.reads;
}

class Reader {
  readonly reads: InputRead[] = [];

  /** Where the values of a part lie, given where its input lies. */
  visit(node: Node, input: Path, around: Surroundings): Path {
    const all = (...parts: (Node | undefined)[]) => {
      for (const part of parts) if (part) this.visit(part, input, around);
    };
    switch (node.kind) {
      case 'identity':
        return input;
      case 'variable':
        return around.variables.get(node.name);
      case 'index': {
        const target = this.visit(node.target, input, around);
        all(node.key);
        if (!target || target.length >= MAX_DEPTH || node.key.kind !== 'literal' || typeof node.key.value !== 'string') return undefined;
        const keys = [...target, node.key.value];
        this.reads.push({ keys, at: node.at, end: node.end });
        return keys;
      }
      case 'pipe':
        return this.visit(node.right, this.visit(node.left, input, around), around);
      case 'try': {
        const body = this.visit(node.body, input, around);
        if (!node.handler) return body;
        this.visit(node.handler, undefined, around);
        return undefined;
      }
      case 'label':
        return this.visit(node.body, input, around);
      case 'bind': {
        const source = this.visit(node.source, input, around);
        return this.visit(node.body, input, bound(around, node.patterns, source));
      }
      case 'define': {
        const { name, params, body } = node.definition;
        const functions = new Set([...around.functions, name]);
        const variables = new Map(around.variables);
        for (const param of params) if (param.startsWith('$')) variables.set(param.slice(1), undefined);
        this.visit(body, undefined, { variables, functions: new Set([...functions, ...params]) });
        return this.visit(node.body, input, { ...around, functions });
      }
      case 'call': {
        const handed = HAND_ON.has(node.name) && !around.functions.has(node.name) ? input : undefined;
        for (const argument of node.args) this.visit(argument, handed, around);
        return node.name === 'select' ? handed : undefined;
      }
      case 'assignment':
        // The right side of `|=` gets what is there, that of the others the input.
        this.visit(node.right, node.op === '|=' ? undefined : input, around);
        return undefined;
      case 'reduce':
      case 'foreach': {
        const within = bound(around, node.patterns, undefined);
        all(node.source, node.start);
        this.visit(node.update, undefined, within);
        if (node.kind === 'foreach' && node.extract) this.visit(node.extract, undefined, within);
        return undefined;
      }
      case 'object':
        for (const { key, value } of node.entries) all(key, value);
        return undefined;
      case 'text':
        for (const part of node.parts) if (typeof part !== 'string') all(part);
        return undefined;
      case 'slice':
        all(node.target, node.from, node.to);
        return undefined;
      case 'iterate':
        all(node.target);
        return undefined;
      case 'array':
      case 'negate':
        all(node.body);
        return undefined;
      case 'if':
        all(node.test, node.then, node.else);
        return undefined;
      case 'comma':
      case 'arithmetic':
      case 'comparison':
      case 'logic':
      case 'alternative':
        all(node.left, node.right);
        return undefined;
      case 'literal':
      case 'format':
      case 'break':
        return undefined;
      default:
        return node satisfies never;
    }
  }
}

/** With the variables of a pattern. Of several patterns nobody knows which one fits. */
function bound({ variables, functions }: Surroundings, patterns: readonly Pattern[], source: Path): Surroundings {
  const fresh = new Map(variables);
  for (const pattern of patterns) bind(fresh, pattern, patterns.length === 1 ? source : undefined);
  return { variables: fresh, functions };
}

function bind(variables: Map<string, Path>, pattern: Pattern, path: Path): void {
  if (pattern.kind === 'variable') variables.set(pattern.name, path);
  else if (pattern.kind === 'array') for (const item of pattern.items) bind(variables, item, undefined);
  else
    for (const { key, variable, pattern: inner } of pattern.entries) {
      const below = path && key.kind === 'literal' && typeof key.value === 'string' ? [...path, key.value] : undefined;
      if (variable !== undefined) variables.set(variable, below);
      if (inner) bind(variables, inner, below);
    }
}
