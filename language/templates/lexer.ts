/**
 * Cuts a template into text, `${ … }`, and actions, and an action into tokens.
 *
 * Invariants
 * 1. A hyphen between two characters of a name belongs to the name: `.steps.book-flight.id` is one chain.
 * 2. Nothing inside a string literal of an action is looked at.
 * 3. Text between actions is kept byte for byte, except where a trim marker asks otherwise.
 */
import { isSecretName } from '#contracts/secret-name';
import { TemplateSyntaxError } from '#language/templates/ast';

export type TokenKind = 'name' | 'field' | 'dot' | 'variable' | 'number' | 'string' | 'char' | '(' | ')' | '|' | ':=' | '=' | ',';

export interface Token {
  kind: TokenKind;
  /** Name without its dot or `$`; a literal's value as text. */
  text: string;
  at: number;
  end: number;
  /** Whitespace stands before it: `.a .b` are two operands, `.a.b` is one. */
  spaced: boolean;
}

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'dollar'; inner: string; at: number; end: number }
  | { kind: 'action'; tokens: Token[]; at: number; end: number };

/** Heads that make `${ … }` an expression: at its beginning, or behind a bracket, a literal or `not`. */
const EXPRESSION = /^\s*(?:steps|trigger|body|meta|current)\s*(?:[.[]|$|[^\s\w])|^\s*(?:steps|trigger|body|meta|current)\s+\S/;
const HEAD_WITHIN = /^\s*(?:[("'!\d-]|not\s|size\s*\().*?(?<![\w.$"'-])(?:steps|trigger|body|meta|current)\s*[.[]/s;
const HEADS: ReadonlySet<string> = new Set(['steps', 'trigger', 'body', 'meta', 'current']);

/** What `${inner}` is: a secret's name, an expression, or just text. */
export function dollarKind(inner: string): 'secret' | 'expression' | 'text' {
  if (isSecretName(inner)) return HEADS.has(inner) ? 'expression' : 'secret';
  return EXPRESSION.test(inner) || HEAD_WITHIN.test(inner) ? 'expression' : 'text';
}

export function isDynamic(text: string): boolean {
  return text.includes('{{') || text.includes('${');
}

export function cut(source: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimNext = false;
  const text = (end: number, trimEnd: boolean) => {
    let value = source.slice(at, end);
    if (trimNext) value = value.replace(/^[ \t\r\n]+/, '');
    if (trimEnd) value = value.replace(/[ \t\r\n]+$/, '');
    trimNext = false;
    if (value !== '') pieces.push({ kind: 'text', text: value });
  };
  let search = 0;
  while (search < source.length) {
    const open = source.indexOf('{{', search);
    const dollar = source.indexOf('${', search);
    if (open === -1 && dollar === -1) break;
    if (dollar !== -1 && (open === -1 || dollar < open)) {
      const close = closingBrace(source, dollar + 2);
      const inner = close === -1 ? undefined : source.slice(dollar + 2, close);
      if (inner === undefined || dollarKind(inner) === 'text') {
        search = dollar + 2;
        // `${{`: the action's braces are still to be seen.
        if (source[dollar + 2] === '{') search = dollar + 1;
        continue;
      }
      text(dollar, false);
      pieces.push({ kind: 'dollar', inner, at: dollar, end: close + 1 });
      at = close + 1;
      search = at;
      continue;
    }
    const trimLeft = source[open + 2] === '-' && isSpace(source[open + 3]);
    const start = open + 2 + (trimLeft ? 2 : 0);
    const lexed = lexAction(source, start, open);
    text(open, trimLeft);
    trimNext = lexed.trimRight;
    if (lexed.tokens) pieces.push({ kind: 'action', tokens: lexed.tokens, at: open, end: lexed.end });
    at = lexed.end;
    search = at;
  }
  text(source.length, false);
  return pieces;
}

/** The `}` that closes `${`, braces and string literals inside counted. */
function closingBrace(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const char = source[at]!;
    if (char === '"' || char === "'") {
      const end = stringEnd(source, at);
      if (end === -1) return -1;
      at = end - 1;
    } else if (char === '{') depth++;
    else if (char === '}') {
      if (depth === 0) return at;
      depth--;
    } else if (char === '\n' && depth === 0 && at - from > 2000) return -1;
  }
  return -1;
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function isName(char: string | undefined): boolean {
  return char !== undefined && (/[A-Za-z0-9_]/.test(char) || char > '\u007f');
}

/** End of a quoted literal, or -1. */
function stringEnd(source: string, at: number): number {
  const quote = source[at];
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '\\' && quote !== '`') i++;
    else if (source[i] === quote) return i + 1;
  }
  return -1;
}

function lexAction(source: string, start: number, open: number): { tokens?: Token[]; end: number; trimRight: boolean } {
  if (source.startsWith('/*', start)) {
    const close = source.indexOf('*/', start + 2);
    if (close === -1) throw new TemplateSyntaxError('The comment is not closed with */.', open, source.length);
    let end = close + 2;
    const trimRight = isSpace(source[end]) && source.startsWith('-}}', end + 1);
    if (trimRight) end += 2;
    if (!source.startsWith('}}', end)) throw new TemplateSyntaxError('A comment must end with */}}.', open, end);
    return { end: end + 2, trimRight };
  }
  const tokens: Token[] = [];
  let at = start;
  let spaced = false;
  while (true) {
    if (at >= source.length) throw new TemplateSyntaxError('"{{" is not closed with "}}".', open, open + 2);
    const char = source[at]!;
    if (source.startsWith('}}', at)) return { tokens, end: at + 2, trimRight: false };
    if (spaced && source.startsWith('-}}', at)) return { tokens, end: at + 3, trimRight: true };
    if (isSpace(char)) {
      spaced = true;
      at++;
      continue;
    }
    const token = lexToken(source, at, spaced, tokens[tokens.length - 1]);
    tokens.push(token);
    at = token.end;
    spaced = false;
  }
}

function nameEnd(source: string, from: number): number {
  let end = from;
  while (isName(source[end]) || (source[end] === '-' && end > from && isName(source[end + 1]))) end++;
  return end;
}

function lexToken(source: string, at: number, spaced: boolean, before: Token | undefined): Token {
  const make = (kind: TokenKind, text: string, end: number): Token => ({ kind, text, at, end, spaced });
  const char = source[at]!;
  if (char === '"' || char === '`' || char === "'") {
    const end = stringEnd(source, at);
    if (end === -1 || (char !== '`' && source.slice(at, end).includes('\n'))) {
      throw new TemplateSyntaxError('The text is not closed with its quote.', at, Math.min(source.length, at + 1));
    }
    if (char === '`') return make('string', source.slice(at + 1, end - 1), end);
    const value = unquote(source, at, end);
    return char === '"' ? make('string', value, end) : character(value, at, end, spaced);
  }
  if (char === '.') {
    const continues =
      before !== undefined && !spaced && (before.kind === 'field' || before.kind === 'name' || before.kind === 'variable' || before.kind === ')');
    const digit = /[0-9]/.test(source[at + 1] ?? '');
    if (digit && !continues) return number(source, at, spaced);
    if (isName(source[at + 1])) {
      const end = nameEnd(source, at + 1);
      return make('field', source.slice(at + 1, end), end);
    }
    return make('dot', '.', at + 1);
  }
  if (char === '$') {
    const end = nameEnd(source, at + 1);
    return make('variable', source.slice(at + 1, end), end);
  }
  if (/[0-9]/.test(char) || ((char === '-' || char === '+') && /[0-9.]/.test(source[at + 1] ?? ''))) return number(source, at, spaced);
  if (isName(char)) {
    const end = nameEnd(source, at);
    return make('name', source.slice(at, end), end);
  }
  if (source.startsWith(':=', at)) return make(':=', ':=', at + 2);
  if (char === '(' || char === ')' || char === '|' || char === '=' || char === ',') return make(char, char, at + 1);
  throw new TemplateSyntaxError(`"${char}" is not expected here.`, at, at + 1);
}

const NUMBER = /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;

function number(source: string, at: number, spaced: boolean): Token {
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(source);
  const end = match ? at + match[0].length : at + 1;
  const text = (match?.[0] ?? '').replace(/_/g, '');
  const value = /^[+-]?0[xXoObB]/.test(text) ? Number(text.replace(/^[+-]/, '')) * (text.startsWith('-') ? -1 : 1) : Number(text);
  if (!match || !Number.isFinite(value) || isName(source[end])) {
    throw new TemplateSyntaxError(`"${source.slice(at, nameEnd(source, at) || end)}" is not a number.`, at, end);
  }
  return { kind: 'number', text: String(value), at, end, spaced };
}

/** A character constant is its code point, as in Go; longer text in single quotes is text. */
function character(value: string, at: number, end: number, spaced: boolean): Token {
  const points = [...value];
  if (points.length === 1) return { kind: 'char', text: String(points[0]!.codePointAt(0)), at, end, spaced };
  return { kind: 'string', text: value, at, end, spaced };
}

const ESCAPES: { [letter: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '/': '/',
  '0': '\0',
};

function unquote(source: string, at: number, end: number): string {
  const inner = source.slice(at + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g, (whole, letter: string, offset: number) => {
    if (letter.length > 1) {
      const code = Number.parseInt(letter.slice(1), 16);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
    } else if (ESCAPES[letter] !== undefined) {
      return ESCAPES[letter]!;
    }
    throw new TemplateSyntaxError(`"${whole}" is not an escape of a text.`, at + 1 + offset, at + 1 + offset + whole.length);
  });
}
