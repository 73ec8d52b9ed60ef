/** What stands in an action: values and calls of functions, one handed to the next by `|`. */
import { didYouMean } from '#language/nearest';
import { type Base, type Command, type Operand, type Pipe, TemplateSyntaxError } from '#language/templates/ast';
import type { Cursor } from '#language/templates/cursor';
import { ARITIES, type Arity, FUNCTION_NAMES, isFunction } from '#language/templates/function-names';
import type { Token } from '#language/templates/lexer';
import type { Nesting } from '#language/templates/nesting';
import type { Variables } from '#language/templates/variables';

const CONSTANTS: { [name: string]: null | boolean } = { true: true, false: false, nil: null };

export class PipeParser {
  constructor(
    private readonly source: string,
    private readonly variables: Variables,
    private readonly nesting: Nesting,
  ) {}

  pipe(cursor: Cursor, mayDeclare: boolean): Pipe {
    const begin = cursor.peek();
    const at = begin?.at ?? cursor.end - 2;
    let declaring: Token | undefined;
    let assign: number | undefined;
    if (mayDeclare && begin?.kind === 'variable') {
      const operator = cursor.after(begin);
      if (operator?.kind === ':=' || operator?.kind === '=') {
        cursor.take();
        cursor.take();
        if (operator.kind === ':=') declaring = begin;
        else assign = this.variables.slotOf(begin);
      }
    }
    const commands: Command[] = [this.command(cursor)];
    while (cursor.peek()?.kind === '|') {
      cursor.take();
      const command = this.command(cursor);
      if (command.kind === 'value') {
        const { operand } = command;
        throw new TemplateSyntaxError('Only a function can stand after "|".', operand.at, operand.end);
      }
      commands.push(command);
    }
    commands.forEach((command, index) => {
      if (command.kind === 'call') arity(command.name, command.args.length + (index > 0 ? 1 : 0), command);
    });
    // Declared last: the right side does not see the new variable.
    const declare = declaring ? this.variables.declare(declaring.text) : undefined;
    return { commands, at, end: cursor.lastEnd(at), ...(declare === undefined ? {} : { declare }), ...(assign === undefined ? {} : { assign }) };
  }

  private command(cursor: Cursor): Command {
    const first = cursor.peek();
    if (!first || first.kind === ')' || first.kind === '|') {
      throw new TemplateSyntaxError('A value is missing here.', first?.at ?? cursor.end - 2, first?.end ?? cursor.end);
    }
    if (first.kind === 'name' && !Object.hasOwn(CONSTANTS, first.text) && cursor.after(first)?.kind !== 'field' && isFunction(first.text)) {
      cursor.take();
      const args: Operand[] = [];
      while (cursor.more()) args.push(this.operand(cursor));
      return { kind: 'call', name: first.text, args, at: first.at, end: cursor.lastEnd(first.end) };
    }
    const operand = this.operand(cursor);
    if (cursor.more()) {
      const extra = cursor.peek()!;
      const name = this.source.slice(operand.at, operand.end);
      throw new TemplateSyntaxError(`"${name}" is not a function and takes no arguments.`, extra.at, extra.end);
    }
    return { kind: 'value', operand };
  }

  private operand(cursor: Cursor): Operand {
    const token = cursor.take();
    if (!token) throw new TemplateSyntaxError('A value is missing here.', cursor.end - 2, cursor.end);
    const { at } = token;
    switch (token.kind) {
      case 'string':
        return { kind: 'literal', value: token.text, at, end: token.end };
      case 'number':
      case 'char':
        return { kind: 'literal', value: Number(token.text), at, end: token.end };
      case 'dot':
        return { kind: 'chain', base: { kind: 'dot' }, keys: [], at, end: token.end };
      case 'field':
        return this.chain({ kind: 'dot' }, [token.text], cursor, at, token.end);
      case 'variable':
        return this.chain(token.text === '' ? { kind: 'root' } : { kind: 'variable', slot: this.variables.slotOf(token) }, [], cursor, at, token.end);
      case '(':
        return this.parenthesis(cursor, token);
      case 'name':
        return this.name(cursor, token);
      default:
        throw new TemplateSyntaxError(`"${token.text}" is not expected here.`, token.at, token.end);
    }
  }

  private parenthesis(cursor: Cursor, token: Token): Operand {
    this.nesting.enter(token);
    const pipe = this.pipe(cursor, false);
    const close = cursor.take();
    if (close?.kind !== ')') throw new TemplateSyntaxError('"(" is not closed with ")".', token.at, token.end);
    this.nesting.leave();
    const operand = this.chain({ kind: 'pipe', pipe }, [], cursor, token.at, close.end);
    return operand.kind === 'chain' && operand.keys.length === 0 ? { kind: 'pipe', pipe, at: token.at, end: close.end } : operand;
  }

  private name(cursor: Cursor, token: Token): Operand {
    if (cursor.peek()?.kind === 'field' && !cursor.peek()!.spaced) return this.chain({ kind: 'bare', name: token.text }, [], cursor, token.at, token.end);
    if (Object.hasOwn(CONSTANTS, token.text)) return { kind: 'literal', value: CONSTANTS[token.text]!, at: token.at, end: token.end };
    if (isFunction(token.text)) {
      arity(token.text, 0, token);
      return { kind: 'call', name: token.text, at: token.at, end: token.end };
    }
    const hint = didYouMean(token.text, FUNCTION_NAMES, `Write ".${token.text}" for a field of the context.`);
    throw new TemplateSyntaxError(`Unknown function "${token.text}".`, token.at, token.end, 'function', hint);
  }

  private chain(base: Base, keys: string[], cursor: Cursor, at: number, end: number): Operand {
    let last = end;
    while (cursor.peek()?.kind === 'field' && !cursor.peek()!.spaced) {
      const token = cursor.take()!;
      keys.push(token.text);
      last = token.end;
    }
    return { kind: 'chain', base, keys, at, end: last };
  }
}

function arity(name: string, count: number, place: { at: number; end: number }): void {
  const { min, max, usage }: Arity = ARITIES[name as keyof typeof ARITIES];
  if (count >= min && count <= max) return;
  const wanted = max === min ? `${min}` : count < min ? `at least ${min}` : `at most ${max}`;
  throw new TemplateSyntaxError(
    `"${name}" takes ${wanted} value${wanted.endsWith(' 1') || wanted === '1' ? '' : 's'}, not ${count}.`,
    place.at,
    place.end,
    'template',
    `Write: ${usage}`,
  );
}
