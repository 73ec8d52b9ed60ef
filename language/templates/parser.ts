/**
 * Go's text/template grammar: actions, pipelines, if, range, with, variables.
 *
 * Invariants
 * 1. Every error names its place in the source.
 * 2. Variables become slot numbers here; an unknown one is an error at load.
 * 3. A name followed by a dot is a field of the context, even where a function has that name.
 */
import { type Part, type Pipe, type Template, TemplateSyntaxError } from '#language/templates/ast';
import { Cursor } from '#language/templates/cursor';
import { cut, dollarKind, type Piece, type Token } from '#language/templates/lexer';
import { Nesting } from '#language/templates/nesting';
import { PipeParser } from '#language/templates/pipes';
import { Variables } from '#language/templates/variables';

const KEYWORDS: ReadonlySet<string> = new Set(['if', 'else', 'end', 'range', 'with', 'break', 'continue']);
const UNSUPPORTED: ReadonlySet<string> = new Set(['define', 'template', 'block']);

/** Throws TemplateSyntaxError. */
export function parseTemplate(source: string): Template {
  const parser = new Parser(cut(source), source);
  const parts = parser.body([]).parts;
  return { parts, slots: parser.variables.count };
}

type Stop = { keyword: 'else' | 'end' | undefined; cursor?: Cursor; piece?: Piece };

class Parser {
  readonly variables = new Variables();
  private readonly nesting = new Nesting();
  private readonly pipes: PipeParser;
  private next = 0;
  private loops = 0;

  constructor(
    private readonly pieces: Piece[],
    source: string,
  ) {
    this.pipes = new PipeParser(source, this.variables, this.nesting);
  }

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
      const pipe = this.pipes.pipe(cursor, true);
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
    this.nesting.enter(piece);
    const stack = [...opened, { word, at: piece.at, end: piece.end }];
    this.variables.open();
    const part = word === 'if' ? this.ifBlock(cursor, stack) : word === 'with' ? this.withBlock(cursor, stack) : this.rangeBlock(cursor, stack);
    this.variables.close();
    this.nesting.leave();
    return part;
  }

  private scoped(stack: { word: string; at: number; end: number }[]): { parts: Part[]; stop: Stop } {
    this.variables.open();
    const body = this.body(stack);
    this.variables.close();
    return body;
  }

  private ifBlock(first: Cursor, stack: { word: string; at: number; end: number }[]): Part {
    const branches: { pipe: Pipe; body: Part[] }[] = [];
    let cursor = first;
    while (true) {
      const pipe = this.pipes.pipe(cursor, true);
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
    const pipe = this.pipes.pipe(cursor, true);
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
    const pipe = this.pipes.pipe(cursor, false);
    cursor.finish();
    const slots = names.map((name) => (assign ? this.variables.slotOf(name) : this.variables.declare(name.text)));
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
}
