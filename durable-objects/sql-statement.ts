/**
 * Reads one SQL statement closely enough to bind values and to refuse what an application may not do.
 *
 * 1. Values never become text of the statement, except whole numbers and booleans: the runtime binds every number
 *    as a floating one, and `5` must not turn into `5.0` in a text column. Their digits are written out instead.
 * 2. `?`, `?1` and `$1` bind; one statement uses one style.
 * 3. Tables of the platform (`_wf_…`), other files, settings of the database and transactions are out of reach.
 */
import type { Json } from '#contracts/json';

export type SqlValue = string | number | null;

export interface BoundStatement {
  sql: string;
  bindings: SqlValue[];
  /** What it does, upper case: SELECT, INSERT, CREATE, …; of a WITH, what it leads to. */
  verb: string;
  /** Whether the statement itself says LIMIT, outside of parentheses. */
  limited: boolean;
}

type Token = { kind: 'word' | 'quoted' | 'string' | 'param' | 'other'; text: string; start: number; end: number };

const TOKEN =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*'?)|(?<quoted>"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?)|(?<param>\?\d*|[$:@][A-Za-z0-9_]+)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<other>\d[\w.]*|.)/gsy;

const REFUSED: Readonly<Record<string, string>> = {
  ATTACH: 'Other databases cannot be attached.',
  DETACH: 'Other databases cannot be attached.',
  PRAGMA: 'PRAGMA is not available.',
  VACUUM: 'VACUUM is not available; the platform sees to the file.',
  BEGIN: 'Each statement is a transaction of its own; BEGIN is not available.',
  COMMIT: 'Each statement is a transaction of its own; COMMIT is not available.',
  END: 'Each statement is a transaction of its own; END is not available.',
  ROLLBACK: 'Each statement is a transaction of its own; ROLLBACK is not available.',
  SAVEPOINT: 'Each statement is a transaction of its own; SAVEPOINT is not available.',
  RELEASE: 'Each statement is a transaction of its own; RELEASE is not available.',
};

/** What a WITH can lead to. */
const MAIN_VERBS = new Set(['SELECT', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'VALUES']);
/** Words that begin a statement that only reads. */
const READS = new Set(['SELECT', 'VALUES', 'EXPLAIN']);

/** Throws an Error whose message says what is wrong with the statement or its parameters. */
export function bindStatement(text: string, params: readonly Json[]): BoundStatement {
  const [tokens, ...rest] = statements(text);
  if (!tokens) throw new Error('The statement is empty.');
  if (rest.length > 0) throw new Error('One statement at a time: use a step for each.');
  const first = check(tokens);
  const words = topLevelWords(tokens);
  const verb = first === 'WITH' ? (words.find((word) => MAIN_VERBS.has(word)) ?? first) : first;
  return { ...substitute(text, tokens, params), verb, limited: words.includes('LIMIT') };
}

/** The statements of a text that has no parameters, such as the setup of a database. */
export function splitStatements(text: string): string[] {
  return statements(text).map((tokens) => {
    check(tokens);
    if (tokens.some((token) => token.kind === 'param')) throw new Error('The statements of a setup take no parameters.');
    return text.slice(tokens[0]!.start, tokens.at(-1)!.end);
  });
}

export function onlyReads(statement: BoundStatement): boolean {
  return READS.has(statement.verb);
}

function statements(text: string): Token[][] {
  const all: Token[][] = [];
  let current: Token[] = [];
  for (const token of tokenize(text)) {
    if (token.text === ';' && !insideTrigger(current)) {
      if (current.length > 0) all.push(current);
      current = [];
    } else {
      current.push(token);
    }
  }
  if (current.length > 0) all.push(current);
  return all;
}

/** The body of a trigger has semicolons of its own, up to its END. */
function insideTrigger(tokens: Token[]): boolean {
  const words = tokens.slice(0, 3).map((token) => token.text.toUpperCase());
  if (words[0] !== 'CREATE' || !words.includes('TRIGGER')) return false;
  const depth = tokens.reduce((open, token) => {
    const word = token.kind === 'word' ? token.text.toUpperCase() : '';
    return word === 'BEGIN' || word === 'CASE' ? open + 1 : word === 'END' ? open - 1 : open;
  }, 0);
  return depth > 0;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const kind = (['string', 'quoted', 'param', 'word', 'other'] as const).find((name) => match.groups?.[name] !== undefined);
    if (kind) tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

/** Refuses what an application may not do; gives the first word. */
function check(tokens: Token[]): string {
  const verb = tokens[0]?.kind === 'word' ? tokens[0].text.toUpperCase() : '';
  if (REFUSED[verb]) throw new Error(REFUSED[verb]);
  for (const token of tokens) {
    const name = token.kind === 'word' ? token.text : token.kind === 'quoted' || token.kind === 'string' ? token.text.slice(1) : '';
    if (/^_(?:wf|cf)_/i.test(name)) throw new Error(`Names that begin with ${name.slice(0, 4)} belong to the platform.`);
  }
  return verb;
}

/** Words outside of parentheses, upper case. */
function topLevelWords(tokens: Token[]): string[] {
  const words: string[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && token.kind === 'word') words.push(token.text.toUpperCase());
  }
  return words;
}

function substitute(text: string, tokens: Token[], params: readonly Json[]): { sql: string; bindings: SqlValue[] } {
  const bindings: SqlValue[] = [];
  const used = new Set<number>();
  const styles = new Set<string>();
  let sql = '';
  let at = tokens[0]!.start;
  let next = 0;
  for (const token of tokens) {
    if (token.kind !== 'param') continue;
    const numbered = /^[?$](\d+)$/.exec(token.text);
    if (!numbered && token.text !== '?') throw new Error(`${token.text} is not a placeholder: write ? in order, or $1, $2 by number.`);
    styles.add(numbered ? 'numbered' : 'ordered');
    if (styles.size > 1) throw new Error('A statement uses either ? or $1, not both.');
    const index = numbered ? Number(numbered[1]) - 1 : next++;
    if (index < 0 || index >= params.length)
      throw new Error(`${numbered ? token.text : `Placeholder ${index + 1}`} has no value: ${count(params.length)} given.`);
    used.add(index);
    const value = sqlValue(params[index]!);
    sql += text.slice(at, token.start);
    at = token.end;
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      sql += ` (${value}) `;
    } else {
      sql += '?';
      bindings.push(value);
    }
  }
  if (used.size < params.length) throw new Error(`The statement uses ${used.size} of the ${count(params.length)} given.`);
  return { sql: sql + text.slice(at, tokens.at(-1)!.end), bindings };
}

function count(n: number): string {
  return n === 1 ? '1 parameter' : `${n} parameters`;
}

function sqlValue(value: Json): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  return Object.is(value, -0) ? 0 : value;
}
