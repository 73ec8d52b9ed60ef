/**
 * Tokens to the tree, by precedence climbing. From loose to tight: `|` (right), `,`, `//` (right), assignments (none),
 * `or`, `and`, comparisons (none), `+ -`, `* / %`, then terms with their suffixes. What begins with `def`, `label` or
 * `E as $x |` reaches as far to the right as it can.
 */
import type { Definition, Node, Pattern } from '#jq/ast';
import { JqSyntaxError } from '#jq/errors';
import { field, IDENTITY, literal } from '#jq/grammar/nodes';
import { objectIn } from '#jq/grammar/objects';
import { binary, OPERATORS, type Operator, PIPE } from '#jq/grammar/operators';
import { patternsIn } from '#jq/grammar/patterns';
import { Reader } from '#jq/grammar/reader';
import { type Token, tokenize } from '#jq/lexer';

const MAX_SOURCE = 64 * 1024;

/** Throws JqSyntaxError. */
export function parse(source: string): Node {
  if (source.length > MAX_SOURCE) throw new JqSyntaxError(`A program may have ${MAX_SOURCE} characters.`, MAX_SOURCE, source.length);
  return new Parser(source, tokenize(source), 0).program();
}

class Parser extends Reader {
  program(): Node {
    if (this.isWord('import') || this.isWord('include') || this.isWord('module'))
      throw this.unexpected('there are no modules here: write the definitions into the program');
    // A program of definitions only is the identity.
    const node = this.peek().kind === 'end' ? IDENTITY : this.pipe();
    if (this.peek().kind !== 'end') throw this.unexpected();
    return node;
  }

  override pipe(): Node {
    return this.expression(PIPE);
  }

  override expression(minimum: number): Node {
    this.deeper('program');
    let left = this.isWord('def') ? this.definition() : this.unary(minimum);
    let last: Operator | undefined;
    while (true) {
      const token = this.peek();
      const text = token.kind === 'op' || token.kind === 'keyword' ? token.text : '';
      const operator = OPERATORS.get(text);
      if (!operator || operator.level < minimum) break;
      if (last?.none && last.level === operator.level) throw this.unexpected(`"${text}" does not follow on another of its kind; use parentheses`);
      this.index++;
      left = binary(text, left, this.expression(operator.right));
      last = operator;
    }
    this.higher();
    return left;
  }

  private definition(): Node {
    const definition = this.signature();
    // Definitions may end a program, or stand before an expression.
    const body = this.peek().kind === 'end' ? IDENTITY : this.pipe();
    return { kind: 'define', definition, body };
  }

  private signature(): Definition {
    const { at } = this.take();
    const token = this.take();
    if (token.kind !== 'name' && token.kind !== 'keyword') throw this.wrong(token, 'a name is needed after def');
    const params: string[] = [];
    if (this.accept('(')) {
      do {
        const param = this.take();
        if (param.kind === 'variable') params.push(`$${param.text}`);
        else if (param.kind === 'name' || param.kind === 'keyword') params.push(param.text);
        else throw this.wrong(param, 'a parameter is a name or $name');
      } while (this.accept(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.pipe();
    this.expect(';');
    return { name: token.text, params, body, at };
  }

  private unary(minimum: number): Node {
    if (this.isOp('-')) {
      this.index++;
      // As tight as a sum's own operator: -1 + 2 is 1, -1 * 2 is -2.
      return { kind: 'negate', body: this.expression(Math.max(minimum, 9)) };
    }
    if (this.isWord('label')) {
      this.index++;
      const name = this.variable('label');
      this.expect('|');
      return { kind: 'label', name, body: this.pipe() };
    }
    const term = this.postfix();
    if (!this.isWord('as')) return term;
    this.index++;
    const patterns = patternsIn(this);
    this.expect('|');
    return { kind: 'bind', source: term, patterns, body: this.pipe() };
  }

  private postfix(): Node {
    let node = this.term();
    while (true) {
      const token = this.peek();
      if (token.kind === 'field') {
        this.index++;
        node = field(node, token);
      } else if (token.kind === 'op' && token.text === '.') {
        const next = this.tokens[this.index + 1];
        if (next?.kind !== 'string' && !(next?.kind === 'op' && next.text === '[')) throw this.unexpected();
        this.index++;
        if (next.kind === 'string') node = this.quoted(node);
      } else if (this.accept('[')) node = this.bracket(node);
      else if (this.accept('?')) node = { kind: 'try', body: node, handler: undefined };
      else if (this.isOp('?//')) {
        // Behind a value it is no alternative pattern but `?` and `//`, written together.
        node = { kind: 'try', body: node, handler: undefined };
        this.tokens[this.index] = { kind: 'op', text: '//', at: token.at + 1, end: token.end };
      } else return node;
    }
  }

  /** After `[`, as a suffix. */
  private bracket(target: Node): Node {
    if (this.accept(']')) return { kind: 'iterate', target };
    if (this.accept(':')) {
      const to = this.pipe();
      this.expect(']');
      return { kind: 'slice', target, from: undefined, to };
    }
    const { at } = this.peek();
    const key = this.pipe();
    if (this.accept(':')) {
      const to = this.isOp(']') ? undefined : this.pipe();
      this.expect(']');
      return { kind: 'slice', target, from: key, to };
    }
    const { at: end } = this.peek();
    this.expect(']');
    return { kind: 'index', target, key, at, end };
  }

  private term(): Node {
    const token = this.peek();
    switch (token.kind) {
      case 'number':
        this.index++;
        return literal(token.value);
      case 'string':
        return this.text('@text');
      case 'format': {
        this.index++;
        if (this.peek().kind === 'string') return this.text(token.text);
        return { kind: 'format', name: token.text, at: token.at, end: token.end };
      }
      case 'field':
        this.index++;
        return field(IDENTITY, token);
      case 'variable':
        this.index++;
        if (token.text === '__loc__') return this.place(token.at);
        return { kind: 'variable', name: token.text, at: token.at, end: token.end };
      case 'name':
        return this.call();
      case 'keyword':
        return this.word(token.text);
      case 'op':
        return this.symbol(token.text);
      case 'end':
        throw this.unexpected();
    }
  }

  private symbol(text: string): Node {
    switch (text) {
      case '.': {
        this.index++;
        const next = this.peek();
        if (next.kind === 'string') return this.quoted(IDENTITY);
        return IDENTITY;
      }
      case '..': {
        const { at, end } = this.take();
        return { kind: 'call', name: 'recurse', args: [], at, end };
      }
      case '(': {
        this.index++;
        const body = this.pipe();
        this.expect(')');
        return body;
      }
      case '[': {
        this.index++;
        if (this.accept(']')) return { kind: 'array', body: undefined };
        const body = this.pipe();
        this.expect(']');
        return { kind: 'array', body };
      }
      case '{':
        this.index++;
        return objectIn(this);
      default:
        throw this.unexpected();
    }
  }

  private word(text: string): Node {
    switch (text) {
      case 'if':
        this.index++;
        return this.condition();
      case 'try': {
        this.index++;
        const body = this.postfixOrNegated();
        const handler = this.acceptWord('catch') ? this.postfixOrNegated() : undefined;
        return { kind: 'try', body, handler };
      }
      case 'reduce': {
        const { source, patterns } = this.loop();
        const start = this.pipe();
        this.expect(';');
        const update = this.pipe();
        this.expect(')');
        return { kind: 'reduce', source, patterns, start, update };
      }
      case 'foreach': {
        const { source, patterns } = this.loop();
        const start = this.pipe();
        this.expect(';');
        const update = this.pipe();
        const extract = this.accept(';') ? this.pipe() : undefined;
        this.expect(')');
        return { kind: 'foreach', source, patterns, start, update, extract };
      }
      case 'label':
      case 'def':
        // Behind an operator or `try`: reaches to the right as far as it can.
        return text === 'def' ? this.definition() : this.unary(PIPE);
      case '__loc__':
        return this.call();
      default:
        throw this.unexpected();
    }
  }

  private postfixOrNegated(): Node {
    if (!this.accept('-')) return this.postfix();
    return { kind: 'negate', body: this.postfix() };
  }

  private loop(): { source: Node; patterns: Pattern[] } {
    this.index++;
    const source = this.postfix();
    if (!this.acceptWord('as')) throw this.unexpected('"as" is needed here');
    const patterns = patternsIn(this);
    this.expect('(');
    return { source, patterns };
  }

  private condition(): Node {
    const test = this.pipe();
    if (!this.acceptWord('then')) throw this.unexpected('"then" is needed here');
    const then = this.pipe();
    let otherwise: Node = IDENTITY;
    if (this.acceptWord('elif')) return { kind: 'if', test, then, else: this.condition() };
    if (this.acceptWord('else')) otherwise = this.pipe();
    if (!this.acceptWord('end')) throw this.unexpected('"end" is needed here');
    return { kind: 'if', test, then, else: otherwise };
  }

  private call(): Node {
    const { text, at, end } = this.take() as Token & { kind: 'name' };
    if (!this.accept('(')) {
      if (text === 'null' || text === 'true' || text === 'false') return literal(text === 'null' ? null : text === 'true');
      if (text === 'break') return { kind: 'break', name: this.variable('break'), at, end };
      return { kind: 'call', name: text, args: [], at, end };
    }
    const args: Node[] = [];
    do args.push(this.pipe());
    while (this.accept(';'));
    this.expect(')');
    return { kind: 'call', name: text, args, at, end };
  }

  override text(format: string): Node {
    const token = this.take() as Token & { kind: 'string' };
    const [only] = token.parts;
    if (token.parts.length === 1 && typeof only === 'string') return literal(only);
    const parts = token.parts.map((part) => (typeof part === 'string' ? part : new Parser(this.source, part, this.depth).program()));
    return { kind: 'text', format, parts, at: token.at, end: token.end };
  }

  /** `."key"`: at the string. */
  private quoted(target: Node): Node {
    const { at, end } = this.peek();
    return { kind: 'index', target, key: this.text('@text'), at, end };
  }
}
