/**
 * Go's text/template grammar: actions, pipelines, if, range, with, variables.
 *
 * Invariants
 * 1. Every error names its place in the source.
 * 2. Variables become slot numbers here; an unknown one is an error at load.
 * 3. A name followed by a dot is a field of the context, even where a function has that name.
 */
import { didYouMean } from '#language/nearest';
import { type Base, type Command, type Operand, type Part, type Pipe, type Template, TemplateSyntaxError } from '#language/templates/ast';
import { ARITIES, type Arity, FUNCTION_NAMES, isFunction } from '#language/templates/function-names';
import { cut, dollarKind, type Piece, type Token } from '#language/templates/lexer';

const MAX_DEPTH = 64;
const KEYWORDS: ReadonlySet<string> = new Set(['if', 'else', 'end', 'range', 'with', 'break', 'continue']);
const UNSUPPORTED: ReadonlySet<string> = new Set(['define', 'template', 'block']);
const CONSTANTS: { [name: string]: null | boolean } = { true: true, false: false, nil: null };

/** Throws TemplateSyntaxError. */
export function parseTemplate(source: string): Template {
  const parser = new Parser(cut(source), source);
  const parts = parser.body([]).parts;
  return { parts, slots: parser.slots };
}

type Stop = { keyword: 'else' | 'end' | undefined; cursor?: Cursor; piece?: Piece };

class Parser {
  slots = 0;
  private next = 0;
  private scopes: Map<string, number>[] = [new Map()];
  private depth = 0;
  private loops = 0;

  constructor(
    private readonly pieces: Piece[],
    private readonly source: string,
  ) {}

  /** Parts up to `else` or `end`; at the top level, to the end of the source. */
  body(opened: { word: string; at: number; end: number }[]): { parts: Part[]; stop: Stop } {
    const parts: Part[] = [];
    while (this.next < this.pieces.length) {
      const piece = this.pieces[this.next++]!;
      if (piece.kind === 'text') {
        parts.push(piece);
        continue;
      }
      if (piece.kind === 'dollar') {
        const { inner, at, end } = piece;
        parts.push(dollarKind(inner) === 'secret' ? { kind: 'secret', name: inner, at, end } : { kind: 'expression', source: inner, at, end });
        continue;
      }
      const cursor = new Cursor(piece.tokens, piece.at, piece.end);
      const first = cursor.peek();
      if (!first) throw new TemplateSyntaxError('The action "{{ }}" is empty.', piece.at, piece.end);
      const word = first.kind === 'name' && cursor.after(first)?.kind !== 'field' ? first.text : undefined;
      if (word !== undefined && UNSUPPORTED.has(word)) throw new TemplateSyntaxError(`"${word}" is not part of this dialect.`, first.at, first.end);
      if (word !== undefined && KEYWORDS.has(word)) {
        cursor.take();
        if (word === 'else' || word === 'end') {
          if (opened.length === 0) throw new TemplateSyntaxError(`"${word}" closes nothing.`, piece.at, piece.end);
          if (word === 'end') cursor.finish();
          return { parts, stop: { keyword: word, cursor, piece } };
        }
        parts.push(this.block(word, cursor, piece, opened));
        continue;
      }
      const pipe = this.pipe(cursor, true);
      cursor.finish();
      parts.push({ kind: 'action', pipe, at: piece.at, end: piece.end });
    }
    const open = opened[opened.length - 1];
    if (open) throw new TemplateSyntaxError(`"${open.word}" is not closed with {{ end }}.`, open.at, open.end);
    return { parts, stop: { keyword: undefined } };
  }

  private block(word: string, cursor: Cursor, piece: { at: number; end: number }, opened: { word: string; at: number; end: number }[]): Part {
    if (word === 'break' || word === 'continue') {
      cursor.finish();
      if (this.loops === 0) throw new TemplateSyntaxError(`"${word}" stands outside of a range.`, piece.at, piece.end);
      return { kind: word };
    }
    if (++this.depth > MAX_DEPTH) throw new TemplateSyntaxError(`The template is nested deeper than ${MAX_DEPTH} levels.`, piece.at, piece.end);
    const stack = [...opened, { word, at: piece.at, end: piece.end }];
    this.scopes.push(new Map());
    const part = word === 'if' ? this.ifBlock(cursor, stack) : word === 'with' ? this.withBlock(cursor, stack) : this.rangeBlock(cursor, stack);
    this.scopes.pop();
    this.depth--;
    return part;
  }

  private scoped(stack: { word: string; at: number; end: number }[]): { parts: Part[]; stop: Stop } {
    this.scopes.push(new Map());
    const body = this.body(stack);
    this.scopes.pop();
    return body;
  }

  private ifBlock(first: Cursor, stack: { word: string; at: number; end: number }[]): Part {
    const branches: { pipe: Pipe; body: Part[] }[] = [];
    let cursor = first;
    while (true) {
      const pipe = this.pipe(cursor, true);
      cursor.finish();
      const { parts, stop } = this.scoped(stack);
      branches.push({ pipe, body: parts });
      if (stop.keyword === 'end') return { kind: 'if', branches, otherwise: [] };
      const following = stop.cursor!;
      if (following.takeName('if')) {
        cursor = following;
        continue;
      }
      following.finish();
      return { kind: 'if', branches, otherwise: this.closing(stack) };
    }
  }

  private withBlock(cursor: Cursor, stack: { word: string; at: number; end: number }[]): Part {
    const pipe = this.pipe(cursor, true);
    cursor.finish();
    const { parts, stop } = this.scoped(stack);
    if (stop.keyword === 'end') return { kind: 'with', pipe, body: parts, otherwise: [] };
    const following = stop.cursor!;
    if (following.takeName('with')) return { kind: 'with', pipe, body: parts, otherwise: [this.withBlock(following, stack)] };
    following.finish();
    return { kind: 'with', pipe, body: parts, otherwise: this.closing(stack) };
  }

  private rangeBlock(cursor: Cursor, stack: { word: string; at: number; end: number }[]): Part {
    const names: Token[] = [];
    let assign = false;
    const start = cursor.position;
    const first = cursor.peek();
    if (first?.kind === 'variable') {
      cursor.take();
      names.push(first);
      if (cursor.peek()?.kind === ',') {
        cursor.take();
        const second = cursor.take();
        if (second?.kind !== 'variable') throw new TemplateSyntaxError('A variable is expected after the comma.', first.at, second?.end ?? first.end);
        names.push(second);
      }
      const operator = cursor.peek();
      if (operator?.kind === ':=' || operator?.kind === '=') {
        assign = operator.kind === '=';
        cursor.take();
      } else if (names.length > 1) {
        throw new TemplateSyntaxError('":=" is expected after the variables of a range.', first.at, operator?.end ?? first.end);
      } else {
        cursor.position = start;
        names.length = 0;
      }
    }
    const pipe = this.pipe(cursor, false);
    cursor.finish();
    const slots = names.map((name) => (assign ? this.variable(name) : this.declare(name.text)));
    this.loops++;
    const { parts, stop } = this.scoped(stack);
    this.loops--;
    let otherwise: Part[] = [];
    if (stop.keyword === 'else') {
      stop.cursor!.finish();
      otherwise = this.closing(stack);
    }
    const [key, value] = slots.length === 2 ? slots : [undefined, slots[0]];
    return { kind: 'range', pipe, key, value, assign, body: parts, otherwise };
  }

  /** The part after a plain `else`, which must be ended. */
  private closing(stack: { word: string; at: number; end: number }[]): Part[] {
    const { parts, stop } = this.scoped(stack);
    if (stop.keyword === 'else')
      throw new TemplateSyntaxError('A second "else" stands in the same block.', stop.piece && 'at' in stop.piece ? stop.piece.at : 0, stop.cursor!.end);
    return parts;
  }

  private declare(name: string): number {
    const slot = this.slots++;
    this.scopes[this.scopes.length - 1]!.set(name, slot);
    return slot;
  }

  private variable(token: Token): number {
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

  private pipe(cursor: Cursor, mayDeclare: boolean): Pipe {
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
        else assign = this.variable(begin);
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
    const declare = declaring ? this.declare(declaring.text) : undefined;
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
        return this.chain(token.text === '' ? { kind: 'root' } : { kind: 'variable', slot: this.variable(token) }, [], cursor, at, token.end);
      case '(':
        return this.parenthesis(cursor, token);
      case 'name':
        return this.name(cursor, token);
      default:
        throw new TemplateSyntaxError(`"${token.text}" is not expected here.`, token.at, token.end);
    }
  }

  private parenthesis(cursor: Cursor, token: Token): Operand {
    if (++this.depth > MAX_DEPTH) throw new TemplateSyntaxError(`The template is nested deeper than ${MAX_DEPTH} levels.`, token.at, token.end);
    const pipe = this.pipe(cursor, false);
    const close = cursor.take();
    if (close?.kind !== ')') throw new TemplateSyntaxError('"(" is not closed with ")".', token.at, token.end);
    this.depth--;
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

class Cursor {
  position = 0;

  constructor(
    private readonly tokens: Token[],
    readonly at: number,
    readonly end: number,
  ) {}

  peek(): Token | undefined {
    return this.tokens[this.position];
  }

  /** The token right after the current one when nothing stands between: a field, or an operator. */
  after(token: Token): Token | undefined {
    const next = this.tokens[this.position + 1];
    return next && (next.kind !== 'field' || !next.spaced) && this.tokens[this.position] === token ? next : undefined;
  }

  take(): Token | undefined {
    return this.tokens[this.position++];
  }

  takeName(name: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'name' || token.text !== name) return false;
    this.position++;
    return true;
  }

  /** Whether an operand follows. */
  more(): boolean {
    const token = this.peek();
    return token !== undefined && token.kind !== ')' && token.kind !== '|';
  }

  lastEnd(fallback: number): number {
    return this.tokens[Math.min(this.position, this.tokens.length) - 1]?.end ?? fallback;
  }

  finish(): void {
    const token = this.peek();
    if (token) throw new TemplateSyntaxError(`"${token.text}" is not expected here.`, token.at, token.end);
  }
}
