/**
 * Templates by their source text: parsed once, compiled to closures, kept in a bounded cache.
 */
import type { Frame } from '#language/expressions';
import type { Value } from '#language/path';
import type { Operand, Part, Pipe, Template } from '#language/templates/ast';
import { compileText, compileValue, type Run, startRun } from '#language/templates/compile';
import { parseTemplate } from '#language/templates/parser';
import { Cache, toText } from '#language/values';

export interface CompiledTemplate {
  /** Exactly one `{{ … }}` or `${ … }`: its value has a type of its own. */
  typed: boolean;
  /** Names of `${NAME}` outside of actions. */
  secrets: readonly string[];
  /** The text. Throws Problem: template_error, missing_value. */
  text(frame: Frame, secret?: (name: string) => string): string;
  /** The value of a typed template, `undefined` when missing; of others the text. */
  value(frame: Frame, secret?: (name: string) => string): Value;
  tree: Template;
}

const cache = new Cache<CompiledTemplate>(4000);

/** Throws TemplateSyntaxError or ExpressionSyntaxError. */
export function compileTemplate(source: string): CompiledTemplate {
  return cache.get(source) ?? cache.set(source, compile(source));
}

function compile(source: string): CompiledTemplate {
  const tree = parseTemplate(source);
  const write = compileText(tree, source);
  const single = compileValue(tree, source);
  const text = (frame: Frame, secret?: Run['secret']): string => {
    const run = startRun(frame, tree.slots, secret);
    write(run);
    return run.out;
  };
  const value = single ? (frame: Frame, secret?: Run['secret']) => single(startRun(frame, tree.slots, secret)) : text;
  return { typed: single !== undefined, secrets: secretsOf(tree.parts), text: single ? (frame, secret) => toText(value(frame, secret)) : text, value, tree };
}

function secretsOf(parts: readonly Part[]): string[] {
  const names: string[] = [];
  visit(parts, (part) => {
    if (part.kind === 'secret') names.push(part.name);
  });
  return names;
}

/** Every part, nested ones included. */
export function visit(parts: readonly Part[], see: (part: Part) => void): void {
  for (const part of parts) {
    see(part);
    if (part.kind === 'if') {
      for (const branch of part.branches) visit(branch.body, see);
      visit(part.otherwise, see);
    } else if (part.kind === 'with' || part.kind === 'range') {
      visit(part.body, see);
      visit(part.otherwise, see);
    }
  }
}

/** Every pipeline of a part itself, those in parentheses included. */
export function visitPipes(part: Part, see: (pipe: Pipe) => void): void {
  const pipe = (node: Pipe) => {
    see(node);
    for (const command of node.commands) {
      for (const operand of command.kind === 'call' ? command.args : [command.operand]) inOperand(operand);
    }
  };
  const inOperand = (operand: Operand) => {
    if (operand.kind === 'pipe') pipe(operand.pipe);
    else if (operand.kind === 'chain' && operand.base.kind === 'pipe') pipe(operand.base.pipe);
  };
  if (part.kind === 'action' || part.kind === 'with' || part.kind === 'range') pipe(part.pipe);
  else if (part.kind === 'if') for (const branch of part.branches) pipe(branch.pipe);
}
