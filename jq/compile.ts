/**
 * The tree to closures. Names are resolved here, so a program that compiles names nothing that is not there.
 *
 * Where a part has several inputs that each have several outputs, the order is jq's: of `a + b` and of the arguments of
 * a builtin the last varies slowest, of fields, ranges and parameters the first does.
 */
import type { Json } from '#contracts/json';
import { fieldAccess, indexAccess, iteration, sliceAccess } from '#jq/access';
import { ARITHMETIC, COMPARISON, concatText } from '#jq/arithmetic';
import { assignment } from '#jq/assignment';
import type { Node } from '#jq/ast';
import { FORMATS } from '#jq/builtins/formats';
import { FORMS } from '#jq/builtins/forms';
import { MATCHING } from '#jq/builtins/matching';
import { NATIVE } from '#jq/builtins/native';
import { PRELUDE } from '#jq/builtins/prelude';
import { closureCall, functionCall, nativeCall } from '#jq/calls';
import { Break, type Code, hop, many, type Paths, single, stream } from '#jq/code';
import { alternative, attempt, collected, combined, comma, logic, mapped, object } from '#jq/combine';
import { JqSyntaxError } from '#jq/errors';
import { ignoresInput } from '#jq/input-use';
import { foreachLoop, reduceLoop } from '#jq/loops';
import { parse } from '#jq/parser';
import { bindPatterns } from '#jq/patterns';
import { type CompiledFunction, Scope } from '#jq/scope';
import { described, isTrue, raise } from '#jq/values';

const IDENTITY = single(
  (input) => input,
  (path, input, _env, emit) => emit(path, input),
);

IDENTITY.inPlace = () => {};

/** Throws JqSyntaxError. `tail`: nothing is left to do after it, so a call may take its place. */
export function compile(node: Node, scope: Scope, tail = false): Code {
  switch (node.kind) {
    case 'identity':
      return IDENTITY;
    case 'literal': {
      const { value } = node;
      return single(() => value);
    }
    case 'text':
      return text(node, scope);
    case 'format':
      return single(formatOf(node));
    case 'index': {
      const target = compile(node.target, scope);
      if (node.key.kind === 'literal' && typeof node.key.value === 'string') return fieldAccess(target, node.key.value);
      return indexAccess(target, compile(node.key, scope));
    }
    case 'slice': {
      const bound = (at: Node | undefined) => (at ? compile(at, scope) : single(() => null));
      return sliceAccess(compile(node.target, scope), bound(node.from), bound(node.to));
    }
    case 'iterate':
      return iteration(compile(node.target, scope));
    case 'array':
      return node.body ? collected(compile(node.body, scope)) : single(() => []);
    case 'object':
      return object(node.entries.map(({ key, value }) => ({ key: compile(key, scope), value: compile(value, scope) })));
    case 'negate':
      return mapped(compile(node.body, scope), (value) => (typeof value === 'number' ? -value : raise(`${described(value)} cannot be negated`)));
    case 'pipe':
      return pipe(node, scope, tail);
    case 'comma':
      return comma(compile(node.left, scope), compile(node.right, scope, tail));
    case 'arithmetic':
      return arithmetic(node, compile(node.left, scope), compile(node.right, scope));
    case 'comparison':
      return combined(compile(node.left, scope), compile(node.right, scope), COMPARISON[node.op]);
    case 'logic':
      return logic(node.op === 'and', compile(node.left, scope), compile(node.right, scope));
    case 'alternative':
      return alternative(compile(node.left, scope), compile(node.right, scope));
    case 'assignment':
      return assignment(node.op, compile(node.left, scope), compile(node.right, scope), ignoresInput(node.right));
    case 'if':
      return condition(node, scope, tail);
    case 'try':
      return attempt(compile(node.body, scope), node.handler && compile(node.handler, scope));
    case 'reduce': {
      const source = compile(node.source, scope);
      const bound = bindPatterns(node.patterns, scope, compile);
      return reduceLoop(source, bound.bind, compile(node.start, scope), compile(node.update, bound.scope), bound.breaks);
    }
    case 'foreach': {
      const source = compile(node.source, scope);
      const bound = bindPatterns(node.patterns, scope, compile);
      const extract = node.extract ? compile(node.extract, bound.scope) : IDENTITY;
      return foreachLoop(source, bound.bind, compile(node.start, scope), compile(node.update, bound.scope), extract, bound.breaks);
    }
    case 'bind':
      return binding(node, scope, tail);
    case 'label': {
      const body = compile(node.body, scope.with({ kind: 'label', name: node.name }));
      return stream((path, input, env, emit) => {
        const label = new Break();
        const signal = body.paths(path, input, { value: label, up: env }, emit);
        return signal === label ? undefined : signal;
      }, body.breaks);
    }
    case 'break': {
      const hops = scope.find('label', node.name);
      if (hops === undefined) throw new JqSyntaxError(`There is no label $${node.name} to break out of.`, node.at, node.end);
      return many(
        (_input, env) => hop(env, hops)!.value as Break,
        (_path, _input, env) => hop(env, hops)!.value as Break,
        true,
      );
    }
    case 'define':
      return compile(node.body, define(node.definition, scope), tail);
    case 'call':
      return call(node, scope, tail);
    case 'variable':
      return variable(node, scope);
  }
}

function variable(node: Node & { kind: 'variable' }, scope: Scope): Code {
  const hops = scope.find('variable', node.name);
  if (hops === undefined) {
    // There is no environment to look into.
    if (node.name === 'ENV') return single(() => ({}));
    throw new JqSyntaxError(`The variable $${node.name} is not defined.`, node.at, node.end);
  }
  if (hops === 0) return single((_input, env) => env!.value as Json);
  if (hops === 1) return single((_input, env) => env!.up!.value as Json);
  return single((_input, env) => hop(env, hops)!.value as Json);
}

function arithmetic(node: Node & { kind: 'arithmetic' }, left: Code, right: Code): Code {
  const code = combined(left, right, ARITHMETIC[node.op]);
  const value = right.one;
  if (node.op === '+' && node.left.kind === 'identity' && value && ignoresInput(node.right)) code.inPlace = (draft, env) => draft.add(value(null, env));
  return code;
}

function formatOf(node: { kind: 'text' | 'format'; at: number; end: number; format?: string; name?: string }): (value: Json) => Json {
  const name = (node.format ?? node.name)!;
  const format = FORMATS.get(name);
  if (!format) throw new JqSyntaxError(`${name} is not a format; the formats are ${[...FORMATS.keys()].join(', ')}.`, node.at, node.end);
  return format;
}

function text(node: Node & { kind: 'text' }, scope: Scope): Code {
  const format = formatOf(node);
  const parts = node.parts.map((part) => (typeof part === 'string' ? single(() => part) : mapped(compile(part, scope), format)));
  return parts.reduce((left, right) => combined(left, right, (a, b) => concatText(a as string, b as string)));
}

function pipe(node: Node & { kind: 'pipe' }, scope: Scope, tail: boolean): Code {
  const left = compile(node.left, scope);
  const first = left.one;
  const right = compile(node.right, scope, tail && first !== undefined);
  const paths: Paths = (path, input, env, emit) => left.paths(path, input, env, (at, value) => right.paths(at, value, env, emit));
  if (first && right.one) {
    const second = right.one;
    const code = single((input, env) => second(first(input, env), env), paths);
    const [before, after] = [left.inPlace, right.inPlace];
    if (before && after) {
      code.inPlace = (draft, env) => {
        before(draft, env);
        after(draft, env);
      };
    }
    return code;
  }
  if (first) return many((input, env, emit) => right.each(first(input, env), env, emit), paths, right.breaks);
  return many((input, env, emit) => left.each(input, env, (value) => right.each(value, env, emit)), paths, left.breaks || right.breaks);
}

function condition(node: Node & { kind: 'if' }, scope: Scope, tail: boolean): Code {
  const test = compile(node.test, scope);
  const { one } = test;
  const then = compile(node.then, scope, tail && one !== undefined);
  const otherwise = compile(node.else, scope, tail && one !== undefined);
  const paths: Paths = (path, input, env, emit) => test.each(input, env, (value) => (isTrue(value) ? then : otherwise).paths(path, input, env, emit));
  if (one && then.one && otherwise.one) {
    const [yes, no] = [then.one, otherwise.one];
    const code = single((input, env) => (isTrue(one(input, env)) ? yes(input, env) : no(input, env)), paths);
    const [change, changeElse] = [then.inPlace, otherwise.inPlace];
    if (change && changeElse) code.inPlace = (draft, env) => (isTrue(one(draft.root, env)) ? change : changeElse)(draft, env);
    return code;
  }
  const breaks = test.breaks || then.breaks || otherwise.breaks;
  if (one) return many((input, env, emit) => (isTrue(one(input, env)) ? then : otherwise).each(input, env, emit), paths, breaks);
  return many((input, env, emit) => test.each(input, env, (value) => (isTrue(value) ? then : otherwise).each(input, env, emit)), paths, breaks);
}

function binding(node: Node & { kind: 'bind' }, scope: Scope, tail: boolean): Code {
  const source = compile(node.source, scope);
  const { bind, scope: inner, breaks, simple } = bindPatterns(node.patterns, scope, compile);
  const first = source.one;
  const body = compile(node.body, inner, tail && simple && first !== undefined);
  const paths: Paths = (path, input, env, emit) => source.each(input, env, (value) => bind(value, input, env, (bound) => body.paths(path, input, bound, emit)));
  if (simple && first) {
    if (body.one) {
      const result = body.one;
      return single((input, env) => result(input, { value: first(input, env), up: env }), paths);
    }
    return many((input, env, emit) => body.each(input, { value: first(input, env), up: env }, emit), paths, body.breaks);
  }
  return many(
    (input, env, emit) => source.each(input, env, (value) => bind(value, input, env, (bound) => body.each(input, bound, emit))),
    paths,
    source.breaks || body.breaks || breaks,
  );
}

function define(definition: { name: string; params: readonly string[]; body: Node }, scope: Scope): Scope {
  const fn: CompiledFunction = { params: definition.params, depth: scope.depth, code: undefined };
  const outer = scope.with({ kind: 'function', name: definition.name, fn });
  let inner = outer;
  for (const param of fn.params) inner = inner.with({ kind: 'closure', name: param.replace(/^\$/, '') });
  for (const param of fn.params) if (param.startsWith('$')) inner = inner.with({ kind: 'variable', name: param.slice(1) });
  fn.code = compile(definition.body, inner, true);
  return outer;
}

const BUILTINS: readonly string[] = [...FORMS.keys(), ...MATCHING.keys(), ...NATIVE.keys(), ...PRELUDE.keys(), 'builtins/0'].filter(
  (key) => !key.startsWith('_'),
);

/** Definitions in jq itself, compiled when first asked for. */
const prelude = new Map<string, CompiledFunction>();

function preludeFunction(key: string): CompiledFunction | undefined {
  const source = PRELUDE.get(key);
  if (source === undefined) return undefined;
  const known = prelude.get(key);
  if (known) return known;
  const node = parse(source);
  if (node.kind !== 'define') throw new Error(`The definition of ${key} is none.`);
  const { definition } = node;
  const scope = define(definition, Scope.root);
  const found = scope.callable(definition.name, definition.params.length);
  const { fn } = (found as { entry: { fn: CompiledFunction } }).entry;
  prelude.set(key, fn);
  return fn;
}

function call(node: Node & { kind: 'call' }, scope: Scope, tail: boolean): Code {
  const { name } = node;
  const args = node.args.map((arg) => compile(arg, scope));
  const found = scope.callable(name, args.length);
  if (found?.entry.kind === 'closure') return closureCall(found.hops);
  if (found?.entry.kind === 'function') return functionCall(found.entry.fn, found.hops, args, tail);
  const key = `${name}/${args.length}`;
  if (key === 'builtins/0') return single(() => [...BUILTINS]);
  const form = FORMS.get(key) ?? MATCHING.get(key);
  if (form) return form(args);
  const native = NATIVE.get(key);
  if (native) return nativeCall(native, args);
  const defined = preludeFunction(key);
  if (defined) return functionCall(defined, scope.depth, args, tail);
  throw new JqSyntaxError(unknownCall(name, args.length), node.at, node.end);
}

function unknownCall(name: string, arity: number): string {
  const known = BUILTINS.filter((key) => key.startsWith(`${name}/`)).map((key) => key.slice(name.length + 1));
  if (known.length === 0) return `There is no function ${name}/${arity}.`;
  return `There is no function ${name}/${arity}; ${name} takes ${known.sort().join(' or ')} arguments.`;
}
