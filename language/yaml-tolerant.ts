/**
 * YAML that goes on after a mistake: what is broken is reported and covered over, so that the rest of the document is
 * still read as it was meant.
 *
 * Invariants
 * 1. Covering keeps every length: places in the text stay true.
 * 2. A bounded number of repairs; what is left broken then is reported as it stands.
 * 3. One mistake is one problem: what the parser says only because of an earlier fault is left out.
 */
import * as yaml from 'yaml';

export interface SyntaxProblem {
  code: 'yaml_syntax' | 'multiple_documents' | 'too_deep';
  message: string;
  start: number;
  end: number;
  hint: string;
}

export interface TolerantDocument {
  document: yaml.Document;
  problems: SyntaxProblem[];
  warnings: { message: string; start: number; end: number }[];
}

const MAX_REPAIRS = 20;
/** More problems than anybody reads are not looked at closely. */
const MAX_TRACED = 100;

const HINTS: { [code: string]: string } = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Check the indentation, and that every [ and { is closed.',
  MISSING_CHAR: 'Close the quote or bracket that was opened before.',
  BLOCK_AS_IMPLICIT_KEY: 'Put text that holds a colon and a space in quotes.',
};

function hintOf(error: yaml.YAMLParseError): string {
  return HINTS[error.code] ?? 'Check the indentation, and that every quote, [ and { is closed.';
}

export function parseTolerant(source: string): TolerantDocument {
  const problems: SyntaxProblem[] = [];
  let text = source;
  for (let repairs = 0; ; repairs++) {
    const document = yaml.parseDocument(text, { merge: true, uniqueKeys: false, prettyErrors: false });
    const repair = repairs < MAX_REPAIRS ? firstRepair(document, text) : undefined;
    if (repair) {
      problems.push(repair.problem);
      text = repair.text;
      continue;
    }
    problems.push(...remaining(document, text, problems));
    const warnings = document.warnings.map((warning) => ({ message: sentence(warning.message), ...lineOf(text, warning.pos) }));
    return { document, problems, warnings };
  }
}

function problemOf(error: yaml.YAMLParseError, text: string): SyntaxProblem {
  const [start] = error.pos;
  if (error.code === 'RESOURCE_EXHAUSTION') return { code: 'too_deep', message: '', start, end: start + 1, hint: '' };
  if (error.code === 'MULTIPLE_DOCS') {
    return {
      code: 'multiple_documents',
      message: 'The text holds several YAML documents; an application is one.',
      start,
      end: start + 3,
      hint: 'Take the lines from "---" on out, and deploy them as an application of their own.',
    };
  }
  return { code: 'yaml_syntax', message: sentence(error.message), ...lineOf(text, error.pos), hint: hintOf(error) };
}

/** Said of everything that follows the place where the parser has given up. */
const STREAM = /token in YAML stream/;
const UNCLOSED = /Flow (?:map|sequence) in block collection must be/;

/** What is left broken, in the order of the text, without the echoes of earlier faults. */
function remaining(document: yaml.Document, text: string, repaired: readonly SyntaxProblem[]): SyntaxProblem[] {
  const lines = new Set(repaired.map(({ start }) => lineStart(text, start)));
  const left: SyntaxProblem[] = [];
  const open = document.errors.some((error) => UNCLOSED.test(error.message)) ? unclosedIn(document, text) : [];
  let gaveUp = false;
  for (const error of inOrder(document)) {
    const problem = (left.length < MAX_TRACED && unclosed(open, error, text)) || problemOf(error, text);
    if (problem.code !== 'yaml_syntax') {
      left.push(problem);
      continue;
    }
    if (STREAM.test(error.message)) {
      if (gaveUp) continue;
      gaveUp = true;
    }
    const line = lineStart(text, problem.start);
    if (lines.has(line)) continue;
    lines.add(line);
    left.push(problem);
  }
  return left;
}

/** The collections in brackets that do not end with their own bracket. */
function unclosedIn(document: yaml.Document, text: string): yaml.Range[] {
  const found: yaml.Range[] = [];
  const see = ({ flow, range }: yaml.YAMLMap | yaml.YAMLSeq) => {
    // `[a: b]` holds a mapping without brackets.
    const closer = flow && range ? CLOSERS[text[range[0]]!] : undefined;
    if (range && closer !== undefined && text[range[1] - 1] !== closer) found.push(range);
  };
  yaml.visit(document, { Map: (_, node) => see(node), Seq: (_, node) => see(node) });
  return found;
}

const CLOSERS: { [open: string]: string } = { '{': '}', '[': ']' };

/** A bracket that is never closed: the parser notices on a later line; the mistake is where it opens. */
function unclosed(open: readonly yaml.Range[], error: yaml.YAMLParseError, text: string): SyntaxProblem | undefined {
  if (!UNCLOSED.test(error.message)) return undefined;
  const [at] = error.pos;
  const range = open.findLast(([start, end, next]) => start < at && end <= at && at <= next + 1 && text[at] !== CLOSERS[text[start]!]);
  if (!range) return undefined;
  const bracket = text[range[0]]!;
  const message = `The "${bracket}" that begins here is not closed.`;
  return { code: 'yaml_syntax', message, start: range[0], end: range[0] + 1, hint: `Write the "${CLOSERS[bracket]}" that belongs to it.` };
}

function inOrder(document: yaml.Document): yaml.YAMLParseError[] {
  return [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
}

function firstRepair(document: yaml.Document, text: string): { problem: SyntaxProblem; text: string } | undefined {
  let gaveUp = false;
  for (const error of inOrder(document)) {
    const [start] = error.pos;
    if (error.code === 'UNEXPECTED_TOKEN') {
      // Only the first: after it the parser takes the rest of the document to pieces.
      if (gaveUp) continue;
      gaveUp ||= STREAM.test(error.message);
      const stray = strayAt(error, text);
      if (stray) return { problem: stray, text: `${text.slice(0, start)} ${text.slice(start + 1)}` };
    }
    if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
      // `key: some: text` swallows all that follows: its colons are covered.
      const end = lineEnd(text, start);
      const rest = text.slice(start, end);
      if (!/[:?-]\s/.test(rest)) continue;
      const message = 'A value that holds a colon and a space must stand in quotes.';
      // Mappings or lists below it cannot be its second line: then it is the value that does not belong here.
      const covered = holdsKeys(below(text, start, end)) ? ' '.repeat(rest.length) : rest.replace(/[:?-](?=\s)/g, '_');
      return { problem: { code: 'yaml_syntax', message, start, end, hint: hintOf(error) }, text: text.slice(0, start) + covered + text.slice(end) };
    }
    if (error.code === 'MISSING_CHAR' && /quote/.test(error.message)) {
      const open = openQuote(document, start);
      if (open === undefined) continue;
      const message = 'The text that begins here is not closed with its quote.';
      const end = lineEnd(text, open);
      // The line becomes plain text, up to the brackets that close what stands before; what followed it is read again.
      const kept = closersAfter(text.slice(lineStart(text, open), open), text.slice(open + 1, end));
      const covered = text.slice(open, end - kept).replace(/["':{}[\],#&*!|>%@`]/g, '_') + text.slice(end - kept, end);
      return {
        problem: { code: 'yaml_syntax', message, start: open, end: open + 1, hint: `Write ${text[open]} at the end of the text.` },
        text: text.slice(0, open) + covered + text.slice(end),
      };
    }
    if (error.code === 'TAB_AS_INDENT' && text[start] === '\t') {
      let end = start;
      while (text[end] === '\t') end++;
      return {
        problem: { code: 'yaml_syntax', message: sentence(error.message), start, end, hint: hintOf(error) },
        text: text.slice(0, start) + ' '.repeat(end - start) + text.slice(end),
      };
    }
  }
  return undefined;
}

/** A bracket or quote that closes nothing, or opens something where nothing may begin. */
function strayAt(error: yaml.YAMLParseError, text: string): SyntaxProblem | undefined {
  const [start] = error.pos;
  const char = text[start];
  const bracket = (char === '}' || char === ']') && /flow-(?:map|seq)-end/.test(error.message);
  const quote = (char === '"' || char === "'") && /quoted-scalar/.test(error.message);
  if (!bracket && !quote) return undefined;
  const message = bracket ? `The "${char}" closes nothing that is open here.` : 'A quote may not begin here.';
  return {
    code: 'yaml_syntax',
    message,
    start,
    end: start + 1,
    hint: bracket ? `Take the "${char}" out, or write what it should close.` : 'Take the quote out.',
  };
}

/** How many characters at the end of a line are the closing brackets of what was opened before the quote. */
function closersAfter(before: string, rest: string): number {
  const open: string[] = [];
  for (const char of before) {
    if (char === '{' || char === '[') open.push(CLOSERS[char]!);
    else if (char === open.at(-1)) open.pop();
  }
  let kept = 0;
  for (let at = rest.length - 1; at >= 0; at--) {
    if (/\s/.test(rest[at]!)) continue;
    if (rest[at] !== open[0]) break;
    open.shift();
    kept = rest.length - at;
  }
  return kept;
}

/** The lines after `end` that are indented deeper than the line in which `start` stands. */
function below(text: string, start: number, end: number): string {
  const indent = /^[ ]*/.exec(text.slice(lineStart(text, start)))![0].length;
  return new RegExp(`^(?:\\r?\\n(?: {${indent + 1},}[^\\n]*| *\\r?(?=\\n|$)))*`).exec(text.slice(end))![0];
}

function holdsKeys(lines: string): boolean {
  return /:(?:\s|$)/m.test(lines);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Start of the quoted text that runs to where its quote is missed. */
function openQuote(document: yaml.Document, end: number): number | undefined {
  let found: number | undefined;
  const see = (scalar: yaml.Scalar) => {
    if ((scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') && scalar.range && scalar.range[0] < end && scalar.range[1] >= end)
      found = scalar.range[0];
  };
  yaml.visit(document, { Scalar: (_, scalar) => see(scalar) });
  return found;
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline > from && text[newline - 1] === '\r' ? newline - 1 : newline;
}

/** The parser's ranges may run to the end of the text; one line is enough to point at. */
function lineOf(text: string, [start, end]: readonly [number, number]): { start: number; end: number } {
  const newline = text.indexOf('\n', start);
  return { start, end: newline === -1 || newline >= end ? end : Math.max(newline, start + 1) };
}

function sentence(message: string): string {
  const text = message.trim();
  return /[.?]$/.test(text) ? text : `${text}.`;
}
