/**
 * Cuts a condition into tokens. Nothing inside a string literal is looked at; `${ x }` becomes `( x )`, and
 * `{{ … }}` one token.
 */

export class ExpressionSyntaxError extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
    readonly hint?: string,
    readonly kind: 'syntax' | 'function' = 'syntax',
  ) {
    super(message);
    this.name = 'ExpressionSyntaxError';
  }
}

export interface Token {
  kind: 'name' | 'number' | 'string' | 'template' | 'op' | 'end';
  text: string;
  at: number;
  end: number;
}

const OPERATORS = ['==', '!=', '<>', '<=', '>=', '&&', '||', '<', '>', '=', '!', '+', '-', '*', '/', '%', '(', ')', '[', ']', '{', '}', ',', '.', '?', ':'];
const NUMBER = /(?:\d+\.\d+|\d+|\.\d+)(?:[eE][+-]?\d+)?/y;
const ESCAPES: { [letter: string]: string } = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'", '/': '/', b: '\b', f: '\f', '0': '\0' };

function isName(char: string | undefined): boolean {
  return char !== undefined && (/[A-Za-z0-9_$]/.test(char) || char > '\u007f');
}

/** The tokens of `source[from..to)`, an end token last. Throws ExpressionSyntaxError. */
export function tokenize(source: string, from: number, to: number): Token[] {
  const tokens: Token[] = [];
  let at = from;
  while (at < to) {
    const char = source[at]!;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const token = tokenAt(source, at, to, tokens[tokens.length - 1]);
    if (Array.isArray(token)) {
      tokens.push(...token);
      at = token[token.length - 1]!.end;
    } else {
      tokens.push(token);
      at = token.end;
    }
  }
  tokens.push({ kind: 'end', text: '', at: to, end: to });
  return tokens;
}

function tokenAt(source: string, at: number, to: number, before: Token | undefined): Token | Token[] {
  const char = source[at]!;
  if (source.startsWith('{{', at)) {
    const close = source.indexOf('}}', at + 2);
    if (close === -1 || close + 2 > to) throw new ExpressionSyntaxError('"{{" is not closed with "}}".', at, at + 2);
    return { kind: 'template', text: source.slice(at, close + 2), at, end: close + 2 };
  }
  if (source.startsWith('${', at)) {
    const close = source.indexOf('}', at);
    if (close === -1 || close >= to) throw new ExpressionSyntaxError('The expression is not closed with "}".', at, at + 2);
    const inner = tokenize(source, at + 2, close).slice(0, -1);
    return [{ kind: 'op', text: '(', at, end: at + 2 }, ...inner, { kind: 'op', text: ')', at: close, end: close + 1 }];
  }
  if (char === '"' || char === "'") return text(source, at, to);
  const member = before?.kind === 'op' && before.text === '.';
  // After a name or a bracket the dot leads to a member; elsewhere `.5` is a number.
  const operand = before !== undefined && (before.kind !== 'op' || before.text === ')' || before.text === ']');
  const fraction = char === '.' && !operand && /\d/.test(source[at + 1] ?? '');
  if ((/\d/.test(char) && !member) || fraction) {
    NUMBER.lastIndex = at;
    const match = NUMBER.exec(source)!;
    const end = at + match[0].length;
    if (isName(source[end])) throw new ExpressionSyntaxError(`"${source.slice(at, end + 1)}" is not a number.`, at, end + 1);
    return { kind: 'number', text: match[0], at, end };
  }
  if (isName(char)) {
    let end = at;
    while (end < to && (isName(source[end]) || (source[end] === '-' && end > at && isName(source[end + 1])))) end++;
    return { kind: 'name', text: source.slice(at, end), at, end };
  }
  for (const op of OPERATORS) if (source.startsWith(op, at)) return { kind: 'op', text: op, at, end: at + op.length };
  throw new ExpressionSyntaxError(`"${char}" is not expected here.`, at, at + 1);
}

function text(source: string, at: number, to: number): Token {
  const quote = source[at];
  let value = '';
  for (let i = at + 1; i < to; i++) {
    const char = source[i]!;
    if (char === quote) return { kind: 'string', text: value, at, end: i + 1 };
    if (char !== '\\') {
      value += char;
      continue;
    }
    const letter = source[++i] ?? '';
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(source.slice(i + 1, i + 5))) {
      value += String.fromCharCode(Number.parseInt(source.slice(i + 1, i + 5), 16));
      i += 4;
    } else {
      // An unknown escape keeps its backslash, so that patterns need not be escaped twice.
      value += ESCAPES[letter] ?? `\\${letter}`;
    }
  }
  throw new ExpressionSyntaxError('The text is not closed with its quote.', at, at + 1);
}
