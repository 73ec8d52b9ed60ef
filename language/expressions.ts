/**
 * Conditions and `${ … }`: the dialect's expression, checked by our own parser, rewritten to CEL and
 * run by cel-js.
 *
 * Invariants
 * 1. A missing value is `null`: equal to `null` and to nothing else, and never less or greater than anything.
 * 2. Numbers are doubles on both sides, so `1 == 1.0`; CEL's split of int and double is not seen.
 * 3. `matches` runs in linear time (`safe-regex.ts`), and walks of lists nest at most twice.
 * 4. Template text inside a condition is rendered as a value; it is never parsed as a part of the condition.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { CEL_FUNCTIONS } from '#language/expression-functions';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import { parseExpression } from '#language/expression-parser';
import type { Expr } from '#language/expression-tree';
import { member, type Value, walk } from '#language/path';
import { Cache, sizeOf } from '#language/values';

/** What an evaluation reads. */
export interface Frame {
  context: JsonObject;
  /** Epoch ms. */
  now: number;
  /** Settings of modules by name, for the template function `config`. */
  config: JsonObject;
  /** Missing values are errors. */
  strict: boolean;
}

/** Compiles `{{ … }}` inside a condition. `typed`: a single action keeps its type. Syntax errors are thrown with places moved by `at`. */
export type TemplateCompiler = (source: string, typed: boolean, at: number) => (frame: Frame) => Value;

export interface CompiledExpression {
  /** Throws Problem('expression_error'). A missing value is `null`. */
  evaluate(frame: Frame): Json;
  /** Paths read, for checks at load. */
  paths: readonly { keys: readonly string[]; at: number; end: number }[];
  /** Templates inside, for checks at load; `at` is the place of the source in the condition. */
  templates: readonly { source: string; at: number }[];
}

/** Walks inside walks multiply. */
const MAX_LOOPS = 2;

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
for (const [signature, run] of CEL_FUNCTIONS) environment.registerFunction(signature, run as never);

const cache = new Cache<CompiledExpression>(1000);
const templateCache = new Cache<CompiledExpression>(1000);

/** Throws ExpressionSyntaxError. Cached by source. */
export function compileExpression(source: string, templates?: TemplateCompiler): CompiledExpression {
  const store = templates ? templateCache : cache;
  const known = store.get(source);
  if (known) return known;
  return store.set(source, new Rewriter(source, templates).compile(parseExpression(source)));
}

type Getter = (frame: Frame) => Value;

/** The value at a path of the context; `current` is the flat context, and a bare step name means its output. */
export function readPath(context: JsonObject, keys: readonly string[]): Value {
  const head = keys[0]!;
  let from = 1;
  let base: Value = Object.hasOwn(context, head) ? context[head] : undefined;
  if (base === undefined) {
    if (head === 'current') base = context;
    else base = member(context.steps, head);
  }
  if (keys[keys.length - 1] !== 'length' || keys.length === 1) return walk(base, keys, from);
  for (; from < keys.length - 1; from++) base = member(base, keys[from]!);
  const own = member(base, 'length');
  return own !== undefined || !(typeof base === 'string' || Array.isArray(base)) ? own : sizeOf(base);
}

class Rewriter {
  private readonly getters: Getter[] = [];
  private readonly paths: { keys: readonly string[]; at: number; end: number }[] = [];
  private readonly templates: { source: string; at: number }[] = [];
  private readonly bound: string[] = [];

  constructor(
    private readonly source: string,
    private readonly compiler: TemplateCompiler | undefined,
  ) {}

  compile(expr: Expr): CompiledExpression {
    const { source, getters } = this;
    const cel = this.emit(expr).text;
    let program: (variables: Record<string, unknown>) => unknown;
    try {
      program = environment.parse(cel);
    } catch (cause) {
      throw new ExpressionSyntaxError(`The condition is not valid: ${firstLine(cause)}`, 0, source.length);
    }
    const evaluate = (frame: Frame): Json => {
      const variables: Record<string, unknown> = {};
      for (let i = 0; i < getters.length; i++) variables[`p${i}`] = getters[i]!(frame) ?? null;
      try {
        return plain(program(variables));
      } catch (cause) {
        const problem = problemIn(cause);
        if (problem) throw problem;
        throw new Problem('expression_error', `The condition "${short(source)}" could not be evaluated: ${firstLine(cause)}`);
      }
    };
    return { evaluate, paths: this.paths, templates: this.templates };
  }

  private variable(getter: Getter): string {
    return `p${this.getters.push(getter) - 1}`;
  }

  /** CEL text; `bool` when it surely gives a truth value. */
  private emit(expr: Expr): { text: string; bool: boolean } {
    switch (expr.kind) {
      case 'literal':
        return { text: literal(expr.value), bool: typeof expr.value === 'boolean' };
      case 'path':
        return { text: this.path(expr), bool: false };
      case 'template':
        return { text: this.template(expr), bool: false };
      case 'index':
        return { text: `wf_get(${this.text(expr.base)}, ${this.text(expr.key)})`, bool: false };
      case 'list':
        return { text: `[${expr.items.map((item) => this.text(item)).join(', ')}]`, bool: false };
      case 'map':
        return { text: `{${expr.entries.map(({ key, value }) => `${this.text(key)}: ${this.text(value)}`).join(', ')}}`, bool: false };
      case 'not':
        return { text: `!${this.bool(expr.operand)}`, bool: true };
      case 'negate':
        return { text: `wf_sub(0.0, ${this.text(expr.operand)})`, bool: false };
      case 'logic':
        return { text: `(${this.bool(expr.left)} ${expr.op} ${this.bool(expr.right)})`, bool: true };
      case 'compare':
        return { text: this.compare(expr), bool: true };
      case 'arithmetic':
        return { text: `${ARITHMETIC[expr.op]}(${this.text(expr.left)}, ${this.text(expr.right)})`, bool: false };
      case 'choice':
        return { text: `(${this.bool(expr.test)} ? dyn(${this.text(expr.yes)}) : dyn(${this.text(expr.no)}))`, bool: false };
      case 'call':
        return { text: `wf_${expr.name}(${expr.args.map((arg) => this.text(arg)).join(', ')})`, bool: BOOLEAN_CALLS.has(expr.name) };
      case 'macro': {
        if (this.bound.length >= MAX_LOOPS) throw new ExpressionSyntaxError(`Lists may be walked inside each other ${MAX_LOOPS} times.`, 0, this.source.length);
        const target = `wf_list(${this.text(expr.target)})`;
        const name = `v${this.bound.length}`;
        this.bound.push(expr.variable);
        const body = expr.name === 'map' ? this.text(expr.body) : this.bool(expr.body);
        this.bound.pop();
        return { text: `${target}.${expr.name}(${name}, ${body})`, bool: expr.name !== 'map' && expr.name !== 'filter' };
      }
    }
  }

  private text(expr: Expr): string {
    return this.emit(expr).text;
  }

  private bool(expr: Expr): string {
    const { text, bool } = this.emit(expr);
    return bool ? text : `wf_true(${text})`;
  }

  private compare(expr: Expr & { kind: 'compare' }): string {
    const left = this.text(expr.left);
    const right = this.text(expr.right);
    if (expr.op === 'matches' && expr.right.kind === 'literal') checkPattern(expr.right.value, this.source);
    if (expr.op === '!=') return `!wf_eq(${left}, ${right})`;
    return `${COMPARE[expr.op]}(${left}, ${right})`;
  }

  private path(expr: Expr & { kind: 'path' }): string {
    const head = this.bound.lastIndexOf(expr.keys[0]!);
    if (head !== -1) return expr.keys.slice(1).reduce((base, key) => `wf_get(${base}, ${JSON.stringify(key)})`, `v${head}`);
    const { keys } = expr;
    this.paths.push({ keys, at: expr.at, end: expr.end });
    return this.variable((frame) => {
      const value = readPath(frame.context, keys);
      if (value === undefined && frame.strict) throw new Problem('missing_value', `"${keys.join('.')}" is not there.`);
      return value;
    });
  }

  private template(expr: Expr & { kind: 'template' }): string {
    if (!this.compiler) throw new ExpressionSyntaxError('A template cannot stand inside another expression.', expr.at, expr.end);
    const at = expr.typed ? expr.at : expr.at + 1;
    this.templates.push({ source: expr.source, at });
    return this.variable(this.compiler(expr.source, expr.typed, at));
  }
}

const ARITHMETIC = { '+': 'wf_add', '-': 'wf_sub', '*': 'wf_mul', '/': 'wf_div', '%': 'wf_mod' } as const;
const COMPARE = {
  '==': 'wf_eq',
  '<': 'wf_lt',
  '<=': 'wf_le',
  '>': 'wf_gt',
  '>=': 'wf_ge',
  contains: 'wf_contains',
  matches: 'wf_matches',
  in: 'wf_in',
} as const;
const BOOLEAN_CALLS: ReadonlySet<string> = new Set(['has', 'contains', 'startsWith', 'endsWith', 'matches']);

/** Doubles only: an int literal of CEL does not meet the doubles of JSON. */
function literal(value: null | boolean | number | string): string {
  if (typeof value === 'string') return `dyn(${JSON.stringify(value)})`;
  if (typeof value !== 'number') return `dyn(${value})`;
  if (Object.is(value, -0)) return 'dyn(0.0)';
  const text = String(value);
  return `dyn(${/^-?\d+$/.test(text) ? `${text}.0` : text})`;
}

function checkPattern(pattern: unknown, source: string): void {
  const run = CEL_FUNCTIONS.find(([signature]) => signature.startsWith('wf_matches'))![1] as (text: Value, pattern: Value) => boolean;
  try {
    run('', pattern as Value);
  } catch (cause) {
    throw new ExpressionSyntaxError((cause as Error).message, 0, source.length);
  }
}

/** CEL's own numbers (its int is a bigint) and lists as JSON. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.some((item) => typeof item === 'bigint' || typeof item === 'object') ? value.map(plain) : value;
  return value as Json;
}

/** Our own Problem, however deep the evaluator has wrapped it. */
function problemIn(cause: unknown): Problem | undefined {
  for (let at = cause, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (at instanceof Problem) return at;
  return undefined;
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message.split('\n')[0]!.trim() : 'unknown cause';
  return /[.?]$/.test(text) ? text : `${text}.`;
}

function short(source: string): string {
  return source.length > 120 ? `${source.slice(0, 117)}…` : source;
}
