/**
 * YAML that goes on after a mistake: what is broken is reported and covered over, so that the rest of the document is
 * still read as it was meant.
 *
 * Invariants
 * 1. Covering keeps every length: places in the text stay true.
 * 2. A bounded number of repairs; what is left broken then is reported as it stands.
 */
import * as yaml from 'yaml';

export interface SyntaxProblem {
  code: 'yaml_syntax' | 'multiple_documents' | 'too_deep';
  message: string;
  start: number;
  end: number;
  hint?: string;
}

export interface TolerantDocument {
  document: yaml.Document;
  problems: SyntaxProblem[];
  warnings: { message: string; start: number; end: number }[];
}

const MAX_REPAIRS = 20;

const HINTS: { [code: string]: string } = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Check the indentation, and that every [ and { is closed.',
  MISSING_CHAR: 'Close the quote or bracket that was opened before.',
  BLOCK_AS_IMPLICIT_KEY: 'Put text that holds a colon and a space in quotes.',
};

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
    for (const error of document.errors) problems.push(problemOf(error, text));
    const warnings = document.warnings.map((warning) => ({ message: sentence(warning.message), ...lineOf(text, warning.pos) }));
    return { document, problems, warnings };
  }
}

function problemOf(error: yaml.YAMLParseError, text: string): SyntaxProblem {
  const [start] = error.pos;
  if (error.code === 'RESOURCE_EXHAUSTION') return { code: 'too_deep', message: '', start, end: start + 1 };
  if (error.code === 'MULTIPLE_DOCS') {
    return { code: 'multiple_documents', message: 'The text holds several YAML documents; an application is one.', start, end: start + 3 };
  }
  return { code: 'yaml_syntax', message: sentence(error.message), ...lineOf(text, error.pos), hint: HINTS[error.code] };
}

function firstRepair(document: yaml.Document, text: string): { problem: SyntaxProblem; text: string } | undefined {
  for (const error of document.errors) {
    const [start] = error.pos;
    if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
      // `key: some: text` swallows all that follows: its colons are covered.
      const end = lineEnd(text, start);
      const rest = text.slice(start, end);
      if (!/[:?-]\s/.test(rest)) continue;
      const message = 'A value that holds a colon and a space must stand in quotes.';
      return {
        problem: { code: 'yaml_syntax', message, start, end, hint: HINTS[error.code] },
        text: text.slice(0, start) + rest.replace(/[:?-](?=\s)/g, '_') + text.slice(end),
      };
    }
    if (error.code === 'MISSING_CHAR' && /quote/.test(error.message)) {
      const open = openQuote(document, start);
      if (open === undefined) continue;
      const message = 'The text that begins here is not closed with its quote.';
      const end = lineEnd(text, open);
      // The line becomes plain text; what followed it is read again.
      const covered = text.slice(open, end).replace(/["':{}[\],#&*!|>%@`]/g, '_');
      return { problem: { code: 'yaml_syntax', message, start: open, end: open + 1 }, text: text.slice(0, open) + covered + text.slice(end) };
    }
    if (error.code === 'TAB_AS_INDENT' && text[start] === '\t') {
      let end = start;
      while (text[end] === '\t') end++;
      return {
        problem: { code: 'yaml_syntax', message: sentence(error.message), start, end, hint: HINTS[error.code] },
        text: text.slice(0, start) + ' '.repeat(end - start) + text.slice(end),
      };
    }
  }
  return undefined;
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
