/**
 * Where a position stands in a YAML document that is being written: the way of keys to it, and what is being written there.
 * Goes by lines and indentation, so that it knows its way in a document that is not whole yet. Pure.
 *
 * Invariants
 * 1. Nothing of the text has to be right for the rest to be understood.
 * 2. Lines and columns are 0-based; columns count UTF-16 units.
 */

/** A step of the way: the key, or the place in a list, and where the mapping or list stands that it is of. */
export interface Part {
  name: string | number;
  line: number;
  column: number;
}

export interface Place {
  /** From the outermost; without what is being written. */
  path: Part[];
  /** `key`: a name is being written, `value`: what stands behind one, `text`: a line of a block of text. */
  kind: 'key' | 'value' | 'text';
  /** What is written so far, and from which column. */
  typed: string;
  from: number;
  /** Of a value: its key. */
  key?: string;
  /** Keys of the same mapping, with their values where they are scalars. */
  siblings: Map<string, string>;
  /** Column of the keys of the mapping. */
  column: number;
}

interface Line {
  /** Columns of the dashes that begin it. */
  dashes: number[];
  /** Column of what comes behind indentation and dashes. */
  start: number;
  key?: string;
  /** Behind the colon, trimmed, without a comment. */
  value: string;
  blank: boolean;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'{}[\],&*!|>%@`][^:#]*?|[^\s:#][^:#]*?)\s*:(?=\s|$)/;

export function lineOf(text: string): Line {
  const dashes: number[] = [];
  let start = /^\s*/.exec(text)![0].length;
  while (text.startsWith('- ', start) || text.slice(start) === '-') {
    dashes.push(start);
    start += 1 + /^\s*/.exec(text.slice(start + 1))![0].length;
  }
  const rest = text.slice(start);
  const key = KEY.exec(rest);
  const value = withoutComment(key ? rest.slice(key[0].length) : rest).trim();
  return { dashes, start, ...(key ? { key: unquoted(key[1]!) } : {}), value, blank: /^\s*(?:#.*)?$/.test(text) };
}

/** @param line 0-based; @param column of the cursor. */
export function placeAt(lines: readonly string[], line: number, column: number): Place {
  const text = lines[line] ?? '';
  const before = text.slice(0, column);
  const here = lineOf(before);
  const flow = openFlow(before);
  if (flow) return inFlow(lines, line, before, flow);
  const start = Math.min(here.start, column);
  const path = wayTo(lines, line, start, here.dashes);
  const owner = path.at(-1);
  if (owner && isTextBlock(lines, owner, line)) return { path, kind: 'text', typed: before.trimStart(), from: start, siblings: new Map(), column: start };
  const siblings = mappingAt(lines, line, start);
  if (here.key !== undefined && /:(?:\s|$)/.test(before.slice(start))) {
    const from = valueStart(before, start);
    return { path, kind: 'value', typed: before.slice(from), from, key: here.key, siblings, column: start };
  }
  return { path, kind: 'key', typed: before.slice(start), from: start, siblings, column: start };
}

/** Entries of the mapping that the line is part of, whose keys stand at `column`. */
export function mappingAt(lines: readonly string[], line: number, column: number): Map<string, string> {
  const entries = new Map<string, string>();
  const own = lineOf(lines[line] ?? '');
  const add = ({ key, value, start }: Line) => {
    if (key !== undefined && start === column) entries.set(key, unquoted(value));
  };
  if (own.start === column) add(own);
  const begins = (one: Line) => one.dashes.length > 0 && one.start === column;
  if (!begins(own)) {
    for (let at = line - 1; at >= 0; at--) {
      const one = lineOf(lines[at]!);
      if (one.blank) continue;
      add(one);
      if ((one.dashes[0] ?? one.start) < column) break;
    }
  }
  for (let at = line + 1; at < lines.length; at++) {
    const one = lineOf(lines[at]!);
    if (one.blank) continue;
    if ((one.dashes[0] ?? one.start) < column) break;
    add(one);
  }
  return entries;
}

/** The keys and lists around what stands in this line at this column. */
function wayTo(lines: readonly string[], line: number, column: number, dashes: readonly number[]): Part[] {
  const path: Part[] = [];
  let limit = column;
  /** Column of the dashes of the list that is being counted. */
  let list: number | undefined;
  let index = 0;
  const enter = (dash: number) => {
    list = dash;
    index = 0;
    limit = dash;
  };
  const leave = (at: number) => {
    if (list === undefined) return;
    path.unshift({ name: index, line: at, column: list });
    list = undefined;
  };
  for (const dash of [...dashes].reverse()) {
    leave(line);
    enter(dash);
  }
  for (let at = line - 1; at >= 0 && (limit > 0 || list === 0); at--) {
    const one = lineOf(lines[at]!);
    if (one.blank) continue;
    if (list !== undefined && one.dashes.at(-1) === list) {
      index++;
      continue;
    }
    // A list may stand as deep as the key that it belongs to.
    if (one.key !== undefined && (one.start < limit || (list !== undefined && one.start === list && one.dashes.length === 0))) {
      leave(at);
      path.unshift({ name: one.key, line: at, column: one.start });
      limit = one.start;
    }
    for (const dash of [...one.dashes].reverse()) {
      if (dash >= limit) continue;
      leave(at);
      enter(dash);
    }
  }
  leave(0);
  return path;
}

/** Whether the owner's value is a block of text (`|`, `>`) that reaches to this line. */
function isTextBlock(lines: readonly string[], owner: Part, line: number): boolean {
  if (typeof owner.name === 'number' || owner.line >= line) return false;
  const { value, key } = lineOf(lines[owner.line]!);
  return key === owner.name && /^[|>][+-]?\d?[+-]?$/.test(value);
}

interface Flow {
  /** Column of the bracket. */
  at: number;
  inside: string;
}

/** The innermost `{` of the line that is not closed before the cursor; not one of a template. */
function openFlow(before: string): Flow | undefined {
  const open: number[] = [];
  let quote = '';
  for (let at = 0; at < before.length; at++) {
    const char = before[at]!;
    if (quote) {
      if (char === quote) quote = '';
      continue;
    }
    if ((char === '"' || char === "'") && /[\s,:[{]/.test(before[at - 1] ?? ' ')) quote = char;
    else if (char === '#' && /\s/.test(before[at - 1] ?? ' ')) return undefined;
    else if (char === '{' && (before[at + 1] === '{' || before[at - 1] === '$')) return undefined;
    else if (char === '{') open.push(at);
    else if (char === '}') open.pop();
  }
  const at = open.at(-1);
  return at === undefined || quote !== '' ? (at === undefined ? undefined : { at, inside: before.slice(at + 1) }) : { at, inside: before.slice(at + 1) };
}

function inFlow(lines: readonly string[], line: number, before: string, { at, inside }: Flow): Place {
  const outer = placeAt([...lines.slice(0, line), before.slice(0, at), ...lines.slice(line + 1)], line, at);
  const path = [...outer.path, ...(outer.key === undefined ? [] : [{ name: outer.key, line, column: outer.column }])];
  const parts = inside.split(/,(?![^[{]*[\]}])/);
  const last = parts.pop() ?? '';
  const siblings = new Map<string, string>();
  for (const part of parts) {
    const entry = /^\s*([^\s:]+)\s*:\s*(.*?)\s*$/.exec(part);
    if (entry) siblings.set(unquoted(entry[1]!), unquoted(entry[2]!));
  }
  const entry = /^(\s*)([^\s:]+)\s*:\s+(.*)$/.exec(`${last}`);
  if (entry || /:\s*$/.test(last)) {
    const key = unquoted((entry?.[2] ?? last.replace(/:\s*$/, '')).trim());
    const typed = entry?.[3] ?? '';
    return { path, kind: 'value', typed, from: before.length - typed.length, key, siblings, column: -1 };
  }
  const typed = last.trimStart();
  return { path, kind: 'key', typed, from: before.length - typed.length, siblings, column: -1 };
}

function valueStart(before: string, start: number): number {
  const key = KEY.exec(before.slice(start));
  const at = start + (key ? key[0].length : 0);
  return at + /^\s*/.exec(before.slice(at))![0].length;
}

function withoutComment(text: string): string {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '#' && (at === 0 || /\s/.test(text[at - 1]!))) return text.slice(0, at);
  }
  return text;
}

function unquoted(text: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/s.exec(text);
  return quoted ? (quoted[1] ?? quoted[2]!) : text;
}
