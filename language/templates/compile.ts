/**
 * Turns a parsed template into closures.
 *
 * Invariants
 * 1. Output, iterations and results are bounded; above a bound it is a template_error, never a wedged isolate.
 * 2. A missing value is the empty text; under strict_templates it is a missing_value that names the key.
 *    `default`, `coalesce`, `and`, `or`, `not`, `if` and `with` may be given a missing value even then.
 * 3. Data is never parsed as a template: what a value renders to is final.
 */
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import { type CompiledExpression, compileExpression, type Frame } from '#language/expressions';
import { member, type Value } from '#language/path';
import type { Command, Operand, Part, Pipe, Template } from '#language/templates/ast';
import type { FunctionName } from '#language/templates/function-names';
import { FUNCTIONS, MAX_TEXT, TOLERANT } from '#language/templates/functions';
import { isTrue, toText, typeName } from '#language/values';

const MAX_ITERATIONS = 100_000;

/** One rendering. */
export interface Run {
  frame: Frame;
  slots: Value[];
  out: string;
  iterations: number;
  /** How a secret is written; `${name}` when undefined. */
  secret: ((name: string) => string) | undefined;
}

type Eval = (run: Run, dot: Value) => Value;
type Exec = (run: Run, dot: Value) => Signal;
/** What a loop is told after a statement. */
type Signal = 'next' | 'break' | 'continue';

export function startRun(frame: Frame, slots: number, secret: Run['secret']): Run {
  return { frame, slots: slots === 0 ? [] : new Array<Value>(slots), out: '', iterations: 0, secret };
}

/** Writes the template's text to `run.out`. */
export function compileText(template: Template, source: string): (run: Run) => void {
  const exec = block(template.parts, source);
  return (run) => {
    exec(run, run.frame.context);
  };
}

/** For a template that is exactly one action or `${ … }`: its value. `undefined` otherwise. */
export function compileValue(template: Template, source: string): ((run: Run) => Value) | undefined {
  const part = template.parts[0];
  if (template.parts.length !== 1 || !part) return undefined;
  if (part.kind === 'expression') {
    const value = expression(part.source, part.at + 2);
    return (run) => used(run, value(run, undefined), part.source.trim());
  }
  if (part.kind !== 'action' || part.pipe.declare !== undefined || part.pipe.assign !== undefined) return undefined;
  const value = pipe(part.pipe, source);
  const name = label(source, part.pipe);
  return (run) => used(run, value(run, run.frame.context), name);
}

function label(source: string, place: { at: number; end: number }): string {
  return source.slice(place.at, place.end);
}

/** Refuses a missing value where it would be put to use. */
function used(run: Run, value: Value, name: string): Value {
  if (value === undefined && run.frame.strict) throw new Problem('missing_value', `"${name}" is not there.`);
  return value;
}

function write(run: Run, text: string): void {
  run.out += text;
  if (run.out.length > MAX_TEXT) throw new Problem('template_error', `The template gives more than ${MAX_TEXT} characters.`);
}

function block(parts: Part[], source: string): Exec {
  const steps = parts.map((part) => statement(part, source));
  if (steps.length === 1) return steps[0]!;
  return (run, dot) => {
    for (const step of steps) {
      const signal = step(run, dot);
      if (signal !== 'next') return signal;
    }
    return 'next';
  };
}

function statement(part: Part, source: string): Exec {
  switch (part.kind) {
    case 'text':
      return (run) => {
        write(run, part.text);
        return 'next';
      };
    case 'secret':
      return (run) => {
        write(run, run.secret ? run.secret(part.name) : `\${${part.name}}`);
        return 'next';
      };
    case 'expression': {
      const value = expression(part.source, part.at + 2);
      return (run) => {
        write(run, toText(used(run, value(run, undefined), part.source.trim())));
        return 'next';
      };
    }
    case 'action':
      return action(part.pipe, source);
    case 'if':
      return ifStatement(part, source);
    case 'with':
      return withStatement(part, source);
    case 'range':
      return rangeStatement(part, source);
    case 'break':
      return () => 'break';
    case 'continue':
      return () => 'continue';
  }
}

function action(node: Pipe, source: string): Exec {
  const value = pipe(node, source);
  if (node.declare !== undefined || node.assign !== undefined) {
    return (run, dot) => {
      value(run, dot);
      return 'next';
    };
  }
  const name = label(source, node);
  return (run, dot) => {
    write(run, toText(used(run, value(run, dot), name)));
    return 'next';
  };
}

function ifStatement(part: Part & { kind: 'if' }, source: string): Exec {
  const branches = part.branches.map((branch) => ({ test: pipe(branch.pipe, source), body: block(branch.body, source) }));
  const otherwise = block(part.otherwise, source);
  return (run, dot) => {
    for (const branch of branches) if (isTrue(branch.test(run, dot))) return branch.body(run, dot);
    return otherwise(run, dot);
  };
}

function withStatement(part: Part & { kind: 'with' }, source: string): Exec {
  const test = pipe(part.pipe, source);
  const body = block(part.body, source);
  const otherwise = block(part.otherwise, source);
  return (run, dot) => {
    const value = test(run, dot);
    return isTrue(value) ? body(run, value) : otherwise(run, dot);
  };
}

function rangeStatement(part: Part & { kind: 'range' }, source: string): Exec {
  const over = pipe(part.pipe, source);
  const body = block(part.body, source);
  const otherwise = block(part.otherwise, source);
  const name = label(source, part.pipe);
  const { key, value } = part;
  return (run, dot) => {
    const list = entries(used(run, over(run, dot), name), name);
    if (list.length === 0) return otherwise(run, dot);
    for (const [itemKey, item] of list) {
      if (++run.iterations > MAX_ITERATIONS) throw new Problem('template_error', `The template repeats more than ${MAX_ITERATIONS} times.`);
      if (key !== undefined) run.slots[key] = itemKey;
      if (value !== undefined) run.slots[value] = item;
      if (body(run, item) === 'break') break;
    }
    return 'next';
  };
}

/** Keys and values of what a range goes over; objects by sorted key, as in Go. */
function entries(value: Value, name: string): [Json, Json][] {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value === 'object') {
    return Object.keys(value)
      .sort()
      .map((key) => [key, value[key]!]);
  }
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value > MAX_ITERATIONS) throw new Problem('template_error', `The template repeats more than ${MAX_ITERATIONS} times.`);
    return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index]);
  }
  throw new Problem('template_error', `range cannot go over "${name}": it is a ${typeName(value)}.`);
}

/** `at`: where the source of `${ … }` begins in the template. */
function expression(source: string, at: number): Eval {
  let compiled: CompiledExpression;
  try {
    compiled = compileExpression(source);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new ExpressionSyntaxError(error.message, error.start + at, error.end + at, error.hint, error.kind);
  }
  return (run) => compiled.evaluate(run.frame) ?? undefined;
}

function pipe(node: Pipe, source: string): Eval {
  let value = command(node.commands[0]!, source, undefined);
  for (const next of node.commands.slice(1)) value = command(next, source, value);
  const slot = node.declare ?? node.assign;
  if (slot === undefined) return value;
  return (run, dot) => {
    const result = value(run, dot);
    run.slots[slot] = result;
    return result;
  };
}

function command(node: Command, source: string, piped: Eval | undefined): Eval {
  if (node.kind === 'value') return operand(node.operand, source);
  const args = node.args.map((arg) => ({ value: operand(arg, source), name: label(source, arg) }));
  if (piped) args.push({ value: piped, name: label(source, node) });
  return call(node.name as FunctionName, args);
}

function call(name: FunctionName, args: { value: Eval; name: string }[]): Eval {
  if (name === 'and' || name === 'or') {
    // The first value that decides, or the last; the rest is not evaluated.
    return (run, dot) => {
      let value: Value;
      for (const arg of args) {
        value = arg.value(run, dot);
        if (isTrue(value) === (name === 'or')) return value;
      }
      return value;
    };
  }
  const implementation = FUNCTIONS[name];
  const tolerant = TOLERANT.has(name);
  const evaluators = args.map((arg) => arg.value);
  return (run, dot) => {
    const values: Value[] = new Array(evaluators.length);
    for (let i = 0; i < evaluators.length; i++) {
      values[i] = evaluators[i]!(run, dot);
      if (values[i] === undefined && run.frame.strict && !tolerant) used(run, undefined, args[i]!.name);
    }
    return implementation(values, run.frame);
  };
}

function operand(node: Operand, source: string): Eval {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'call':
      return call(node.name as FunctionName, []);
    case 'pipe':
      return pipe(node.pipe, source);
    case 'chain':
      return chain(node, source);
  }
}

function chain(node: Operand & { kind: 'chain' }, source: string): Eval {
  const { base, keys } = node;
  const walkFrom = (value: Value): Value => {
    let at = value;
    for (let i = 0; i < keys.length && at !== undefined; i++) at = member(at, keys[i]!);
    return at;
  };
  switch (base.kind) {
    case 'dot':
      return keys.length === 0 ? (_, dot) => dot : (_, dot) => walkFrom(dot);
    case 'root':
      return (run) => walkFrom(run.frame.context);
    case 'variable':
      return (run) => walkFrom(run.slots[base.slot]);
    case 'pipe': {
      const value = pipe(base.pipe, source);
      return (run, dot) => walkFrom(value(run, dot));
    }
    case 'bare':
      // `parse-body.user_id`: a field of the context, or the output of a step.
      return ({ frame }) => walkFrom(member(frame.context, base.name) ?? member(frame.context.steps, base.name));
  }
}
