/**
 * Tokens to the tree, by precedence climbing. From loose to tight: `|` (right), `,`, `//` (right), assignments (none),
 * `or`, `and`, comparisons (none), `+ -`, `* / %`, then terms with their suffixes. What begins with `def`, `label` or
 * `E as $x |` reaches as far to the right as it can.
 */
import type { Arithmetic, Assignment, Comparison, Definition, Node, Pattern } from '#jq/ast';
import { JqSyntaxError } from '#jq/errors';
import { type Token, tokenize } from '#jq/lexer';

const MAX_SOURCE = 64 * 1024;
const MAX_NESTING = 400;

interface Operator {
  level: number;
  /** The level that the right side is read at; `none`: the operator does not chain. */
  right: number;
  none?: boolean;
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['|', { level: 1, right: 1 }],
  [',', { level: 2, right: 3 }],
  ['//', { level: 3, right: 3 }],
  ...['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='].map((op): [string, Operator] => [op, { level: 4, right: 5, none: true }]),
  ['or', { level: 5, right: 6 }],
  ['and', { level: 6, right: 7 }],
  ...['==', '!=', '<', '<=', '>', '>='].map((op): [string, Operator] => [op, { level: 7, right: 8, none: true }]),
  ['+', { level: 8, right: 9 }],
  ['-', { level: 8, right: 9 }],
  ['*', { level: 9, right: 10 }],
  ['/', { level: 9, right: 10 }],
  ['%', { level: 9, right: 10 }],
]);
const PIPE = 1;
/** Above the comma: values of an object are separated by it. */
const NO_COMMA = 3;

/** Throws JqSyntaxError. */
export function parse(source: string): Node {
  if (source.length > MAX_SOURCE) throw new JqSyntaxError(`A program may have ${MAX_SOURCE} characters.`, MAX_SOURCE, source.length);
  return new Parser(source, tokenize(source)).program();
}

class Parser {
  private index = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly tokens: Token[],
    nesting = 0,
  ) {
    this.depth = nesting;
  }

  program(): Node {
    if (this.isWord('import') || this.isWord('include') || this.isWord('module'))
      throw this.unexpected('there are no modules here: write the definitions into the program');
    // A program of definitions only is the identity.
    const node = this.peek().kind === 'end' ? IDENTITY : this.pipe();
    if (this.peek().kind !== 'end') throw this.unexpected();
    return node;
  }

  private pipe(): Node {
    return this.expression(PIPE);
  }

  private expression(minimum: number): Node {
    if (++this.depth > MAX_NESTING) throw this.unexpected('the program nests too deep');
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
    this.depth--;
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
    const patterns = this.patterns();
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
        return this.object();
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
    const patterns = this.patterns();
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

  private object(): Node {
    const entries: { key: Node; value: Node }[] = [];
    if (this.accept('}')) return { kind: 'object', entries };
    do {
      if (this.isOp('}') && entries.length > 0) break;
      entries.push(this.entry());
    } while (this.accept(','));
    this.expect('}');
    return { kind: 'object', entries };
  }

  private entry(): { key: Node; value: Node } {
    const token = this.peek();
    if (token.kind === 'variable') {
      this.index++;
      const value: Node = token.text === '__loc__' ? this.place(token.at) : { kind: 'variable', name: token.text, at: token.at, end: token.end };
      if (token.text !== '__loc__' && this.accept(':')) return { key: value, value: this.entryValue() };
      return { key: literal(token.text), value };
    }
    let key: Node;
    if (token.kind === 'name' || token.kind === 'keyword') {
      this.index++;
      key = literal(token.text);
    } else if (token.kind === 'string' || (token.kind === 'format' && this.tokens[this.index + 1]?.kind === 'string')) {
      if (token.kind === 'format') this.index++;
      key = this.text(token.kind === 'format' ? token.text : '@text');
    } else if (token.kind === 'op' && token.text === '(') {
      this.index++;
      key = this.pipe();
      if (key.kind === 'literal' && typeof key.value !== 'string') throw this.wrong(token, 'a key must be text');
      this.expect(')');
      this.expect(':');
      return { key, value: this.entryValue() };
    } else throw this.unexpected('a key is a name, a string, $name or an expression in parentheses');
    if (this.accept(':')) return { key, value: this.entryValue() };
    return { key, value: { kind: 'index', target: IDENTITY, key, at: token.at, end: token.end } };
  }

  private entryValue(): Node {
    let value = this.expression(NO_COMMA);
    while (this.accept('|')) value = { kind: 'pipe', left: value, right: this.expression(NO_COMMA) };
    return value;
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

  private patterns(): Pattern[] {
    const patterns = [this.pattern()];
    while (this.accept('?//')) patterns.push(this.pattern());
    return patterns;
  }

  private pattern(): Pattern {
    if (++this.depth > MAX_NESTING) throw this.unexpected('the pattern nests too deep');
    try {
      const token = this.take();
      if (token.kind === 'variable') return { kind: 'variable', name: token.text };
      if (token.kind === 'op' && token.text === '[') {
        const items: Pattern[] = [];
        do items.push(this.pattern());
        while (this.accept(','));
        this.expect(']');
        return { kind: 'array', items };
      }
      if (token.kind === 'op' && token.text === '{') {
        const entries: (Pattern & { kind: 'object' })['entries'] = [];
        do entries.push(this.patternEntry());
        while (this.accept(','));
        this.expect('}');
        return { kind: 'object', entries };
      }
      throw this.wrong(token, 'a pattern is $name, [patterns] or {key: pattern}');
    } finally {
      this.depth--;
    }
  }

  private patternEntry(): { key: Node; variable: string | undefined; pattern: Pattern | undefined } {
    const token = this.peek();
    if (token.kind === 'variable') {
      this.index++;
      return { key: literal(token.text), variable: token.text, pattern: this.accept(':') ? this.pattern() : undefined };
    }
    let key: Node;
    if (token.kind === 'name' || token.kind === 'keyword') {
      this.index++;
      key = literal(token.text);
    } else if (token.kind === 'string') key = this.text('@text');
    else if (this.accept('(')) {
      key = this.pipe();
      this.expect(')');
    } else throw this.unexpected('a key of a pattern is a name, a string, $name or an expression in parentheses');
    this.expect(':');
    return { key, variable: undefined, pattern: this.pattern() };
  }

  private text(format: string): Node {
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

  private place(at: number): Node {
    return literal({ file: '<top-level>', line: this.source.slice(0, at).split('\n').length });
  }

  private variable(after: string): string {
    const token = this.take();
    if (token.kind !== 'variable') throw this.wrong(token, `$name is needed after ${after}`);
    return token.text;
  }

  private peek(): Token {
    return this.tokens[this.index]!;
  }

  private take(): Token {
    const token = this.tokens[this.index]!;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  private isOp(text: string): boolean {
    const token = this.peek();
    return token.kind === 'op' && token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.isOp(text)) return false;
    this.index++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`"${text}" is needed here`);
  }

  private isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === 'keyword' && token.text === text;
  }

  private acceptWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.index++;
    return true;
  }

  private unexpected(why?: string): JqSyntaxError {
    return this.wrong(this.peek(), why);
  }

  private wrong(token: Token, why?: string): JqSyntaxError {
    const found = token.kind === 'end' ? 'The program ends too early' : `"${this.source.slice(token.at, token.end).slice(0, 40)}" was not expected`;
    return new JqSyntaxError(`${found}${why === undefined ? '.' : `: ${why}.`}`, token.at, token.end);
  }
}

const IDENTITY: Node = { kind: 'identity' };

/** `.key` */
function field(target: Node, { text, at, end }: { text: string; at: number; end: number }): Node {
  return { kind: 'index', target, key: literal(text), at: at + 1, end };
}

function literal(value: (Node & { kind: 'literal' })['value']): Node {
  return { kind: 'literal', value };
}

function binary(op: string, left: Node, right: Node): Node {
  switch (op) {
    case '|':
      return { kind: 'pipe', left, right };
    case ',':
      return { kind: 'comma', left, right };
    case '//':
      return { kind: 'alternative', left, right };
    case 'and':
    case 'or':
      return { kind: 'logic', op, left, right };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return { kind: 'arithmetic', op: op satisfies Arithmetic, left, right };
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { kind: 'comparison', op: op satisfies Comparison, left, right };
    default:
      return { kind: 'assignment', op: op as Assignment, left, right };
  }
}
