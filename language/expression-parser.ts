/**
 * The condition language of the dialect, as a tree.
 *
 * Loosest first: `? :`, `or ||`, `and &&`, `not`, comparison (`== = != <> < <= > >=`, `contains`, `matches`, `in`,
 * `not in`, `is [not] distinct from`, `is [not] null`), `+ -`, `* / %`, unary `- !`, members and calls.
 *
 * Invariants
 * 1. Own tokens, own tree: nothing is replaced inside a string literal.
 * 2. A hyphen between two characters of a name belongs to it (`steps.get-order.total`); subtraction needs spaces.
 * 3. Words (`and`, `or`, `not`, `in`, …) are known in lower and upper case, and are names after a dot.
 */

import { callOf, isMacro } from '#language/expression-calls';
import { ExpressionSyntaxError, type Token, tokenize } from '#language/expression-lexer';
import type { CompareOp, Expr, MacroName } from '#language/expression-tree';
import { nearest } from '#language/nearest';

const MAX_LENGTH = 16_384;
const MAX_DEPTH = 64;

/** Throws ExpressionSyntaxError. */
export function parseExpression(source: string): Expr {
  if (source.length > MAX_LENGTH) throw new ExpressionSyntaxError(`A condition may have ${MAX_LENGTH} characters.`, 0, MAX_LENGTH);
  return new Parser(tokenize(source, 0, source.length)).whole();
}

const COMPARISONS: { [op: string]: CompareOp } = { '==': '==', '=': '==', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

class Parser {
  private next = 0;
  private depth = 0;

  constructor(private readonly tokens: Token[]) {}

  whole(): Expr {
    if (this.peek().kind === 'end') throw new ExpressionSyntaxError('The condition is empty.', 0, this.peek().end);
    const expr = this.expression();
    const rest = this.peek();
    if (rest.kind !== 'end') throw this.unexpected(rest);
    return expr;
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  private op(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'op' || token.text !== text) return false;
    this.next++;
    return true;
  }

  private isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.text.length === word.length && token.text.toLowerCase() === word;
  }

  private word(...words: string[]): boolean {
    if (!words.every((word, index) => this.isWord(word, index))) return false;
    this.next += words.length;
    return true;
  }

  private expect(text: string): Token {
    const token = this.peek();
    if (!this.op(text)) throw new ExpressionSyntaxError(`"${text}" is expected here.`, token.at, Math.max(token.end, token.at + 1));
    return token;
  }

  private unexpected(token: Token): ExpressionSyntaxError {
    if (token.kind === 'end') return new ExpressionSyntaxError('The condition ends too early.', token.at, token.end);
    const meant = token.kind === 'name' ? nearest(token.text.toLowerCase(), ['and', 'or', 'not', 'in', 'contains', 'matches', 'is']) : undefined;
    const hint = meant === undefined ? undefined : `Did you mean "${meant}"?`;
    return new ExpressionSyntaxError(`"${token.text}" is not expected here.`, token.at, token.end, hint);
  }

  private expression(): Expr {
    if (++this.depth > MAX_DEPTH) throw new ExpressionSyntaxError(`The condition is nested deeper than ${MAX_DEPTH} levels.`, this.peek().at, this.peek().end);
    const test = this.or();
    let result = test;
    if (this.op('?')) {
      const yes = this.expression();
      this.expect(':');
      result = { kind: 'choice', test, yes, no: this.expression() };
    }
    this.depth--;
    return result;
  }

  private or(): Expr {
    let left = this.and();
    while (this.op('||') || this.word('or')) left = { kind: 'logic', op: '||', left, right: this.and() };
    return left;
  }

  private and(): Expr {
    let left = this.not();
    while (this.op('&&') || this.word('and')) left = { kind: 'logic', op: '&&', left, right: this.not() };
    return left;
  }

  private not(): Expr {
    if (!this.word('not')) return this.comparison();
    if (++this.depth > MAX_DEPTH) throw new ExpressionSyntaxError(`The condition is nested deeper than ${MAX_DEPTH} levels.`, this.peek().at, this.peek().end);
    const operand = this.not();
    this.depth--;
    return { kind: 'not', operand };
  }

  private comparison(): Expr {
    let left = this.additive();
    while (true) {
      const token = this.peek();
      const op = token.kind === 'op' ? COMPARISONS[token.text] : undefined;
      if (op) {
        this.next++;
        left = { kind: 'compare', op, left, right: this.additive() };
      } else if (this.word('is', 'not', 'distinct', 'from')) left = { kind: 'compare', op: '==', left, right: this.additive() };
      else if (this.word('is', 'distinct', 'from')) left = { kind: 'compare', op: '!=', left, right: this.additive() };
      else if (this.word('is', 'not', 'null')) left = { kind: 'compare', op: '!=', left, right: { kind: 'literal', value: null } };
      else if (this.word('is', 'null')) left = { kind: 'compare', op: '==', left, right: { kind: 'literal', value: null } };
      else if (this.word('not', 'in')) left = { kind: 'not', operand: { kind: 'compare', op: 'in', left, right: this.additive() } };
      else if (this.word('not', 'contains')) left = { kind: 'not', operand: { kind: 'compare', op: 'contains', left, right: this.additive() } };
      else if (this.word('not', 'matches')) left = { kind: 'not', operand: { kind: 'compare', op: 'matches', left, right: this.additive() } };
      else if (this.word('in')) left = { kind: 'compare', op: 'in', left, right: this.additive() };
      else if (this.word('contains')) left = { kind: 'compare', op: 'contains', left, right: this.additive() };
      else if (this.word('matches')) left = { kind: 'compare', op: 'matches', left, right: this.additive() };
      else return left;
    }
  }

  private additive(): Expr {
    let left = this.multiplicative();
    while (true) {
      if (this.op('+')) left = { kind: 'arithmetic', op: '+', left, right: this.multiplicative() };
      else if (this.op('-')) left = { kind: 'arithmetic', op: '-', left, right: this.multiplicative() };
      else return left;
    }
  }

  private multiplicative(): Expr {
    let left = this.unary();
    while (true) {
      const { kind, text: op } = this.peek();
      if (kind !== 'op' || (op !== '*' && op !== '/' && op !== '%')) return left;
      this.next++;
      left = { kind: 'arithmetic', op, left, right: this.unary() };
    }
  }

  private unary(): Expr {
    const token = this.peek();
    if (token.kind !== 'op' || (token.text !== '!' && token.text !== '-')) return this.postfix();
    this.next++;
    if (++this.depth > MAX_DEPTH) throw new ExpressionSyntaxError(`The condition is nested deeper than ${MAX_DEPTH} levels.`, token.at, token.end);
    const operand = this.unary();
    this.depth--;
    if (token.text === '!') return { kind: 'not', operand };
    return operand.kind === 'literal' && typeof operand.value === 'number' ? { kind: 'literal', value: -operand.value } : { kind: 'negate', operand };
  }

  private postfix(): Expr {
    let expr = this.primary();
    while (true) {
      if (this.op('[')) {
        const key = this.expression();
        const { end } = this.expect(']');
        const constant = key.kind === 'literal' && (typeof key.value === 'string' || typeof key.value === 'number') ? String(key.value) : undefined;
        if (expr.kind === 'path' && constant !== undefined) expr = { ...expr, keys: [...expr.keys, constant], end };
        else expr = { kind: 'index', base: expr, key };
      } else if (this.op('.')) {
        expr = this.member(expr);
      } else {
        return expr;
      }
    }
  }

  private member(base: Expr): Expr {
    const token = this.peek();
    if (token.kind !== 'name') throw new ExpressionSyntaxError('A name is expected after the dot.', token.at, Math.max(token.end, token.at + 1));
    this.next++;
    const call = this.peek();
    if (call.kind === 'op' && call.text === '(' && call.at === token.end) {
      this.next++;
      return isMacro(token.text) ? this.macro(token.text, base) : callOf(token, [base, ...this.args()]);
    }
    if (base.kind === 'path') return { ...base, keys: [...base.keys, token.text], end: token.end };
    return { kind: 'index', base, key: { kind: 'literal', value: token.text } };
  }

  private macro(name: MacroName, target: Expr): Expr {
    const variable = this.peek();
    if (variable.kind !== 'name') throw this.unexpected(variable);
    this.next++;
    this.expect(',');
    const body = this.expression();
    this.expect(')');
    return { kind: 'macro', name, target, variable: variable.text, body };
  }

  private args(): Expr[] {
    const args: Expr[] = [];
    if (this.op(')')) return args;
    do args.push(this.expression());
    while (this.op(','));
    this.expect(')');
    return args;
  }

  private primary(): Expr {
    const token = this.peek();
    this.next++;
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: Number(token.text) };
      case 'string':
        if (token.text.includes('{{')) return { kind: 'template', source: token.text, typed: false, at: token.at, end: token.end };
        return { kind: 'literal', value: token.text };
      case 'template':
        return { kind: 'template', source: token.text, typed: true, at: token.at, end: token.end };
      case 'name':
        return this.name(token);
      case 'op':
        return this.bracket(token);
      default:
        this.next--;
        throw this.unexpected(token);
    }
  }

  private name(token: Token): Expr {
    const call = this.peek();
    if (call.kind === 'op' && call.text === '(' && call.at === token.end) {
      this.next++;
      return callOf(token, this.args());
    }
    const lower = token.text.toLowerCase();
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true' };
    if (lower === 'null' || lower === 'nil') return { kind: 'literal', value: null };
    if (lower === 'and' || lower === 'or' || lower === 'in' || lower === 'contains' || lower === 'matches') {
      throw new ExpressionSyntaxError(`A value is missing before "${token.text}".`, token.at, token.end);
    }
    return { kind: 'path', keys: [token.text], at: token.at, end: token.end };
  }

  private bracket(token: Token): Expr {
    if (token.text === '(') {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    // A leading dot, as templates write it.
    if (token.text === '.' && this.peek().kind === 'name') {
      const name = this.peek();
      this.next++;
      return { kind: 'path', keys: [name.text], at: token.at, end: name.end };
    }
    if (token.text === '[') {
      const items: Expr[] = [];
      if (this.op(']')) return { kind: 'list', items };
      do items.push(this.expression());
      while (this.op(','));
      this.expect(']');
      return { kind: 'list', items };
    }
    if (token.text === '{') {
      const entries: { key: Expr; value: Expr }[] = [];
      if (this.op('}')) return { kind: 'map', entries };
      do {
        const name = this.peek();
        const key: Expr = name.kind === 'name' ? { kind: 'literal', value: name.text } : this.primary();
        if (name.kind === 'name') this.next++;
        this.expect(':');
        entries.push({ key, value: this.expression() });
      } while (this.op(','));
      this.expect('}');
      return { kind: 'map', entries };
    }
    this.next--;
    throw this.unexpected(token);
  }
}
