/**
 * Diagnostics as text: `file:line:column severity code message`, the line of the source with the place marked, and the hint.
 *
 * Nothing of the document reaches the terminal as a control character: a text in it cannot move the cursor or paint.
 */
import type { Diagnostic } from '#contracts/diagnostics';

/** Characters of a source line that are shown; of a longer one, the part around the mistake. */
const WIDTH = 120;
const COLOURS = { error: '\u001b[31m', warning: '\u001b[33m', end: '\u001b[0m' };

export interface Printed {
  /** As the first line names it. */
  file: string;
  source: string;
  colours?: boolean;
}

/** One text for all of them, in the order given; empty without any. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], { file, source, colours = false }: Printed): string {
  const lines = source.split('\n').map((line) => line.replace(/\r$/, ''));
  return diagnostics.map((diagnostic) => printOne(diagnostic, file, lines[diagnostic.line - 1] ?? '', colours)).join('\n\n');
}

function printOne(diagnostic: Diagnostic, file: string, line: string, colours: boolean): string {
  const { severity, code, message, hint } = diagnostic;
  const word = colours ? `${COLOURS[severity]}${severity}${COLOURS.end}` : severity;
  const first = `${file}:${diagnostic.line}:${diagnostic.column} ${word} ${code} ${printable(message)}`;
  return [first, ...excerpt(diagnostic, line), `  hint: ${printable(hint)}`].join('\n');
}

/** The line and the marks under it; nothing for an empty line, where there is nothing to see. */
function excerpt(diagnostic: Diagnostic, line: string): string[] {
  if (line.trim() === '') return [];
  const start = diagnostic.column - 1;
  const end = diagnostic.end_line > diagnostic.line ? line.length : diagnostic.end_column - 1;
  const from = line.length <= WIDTH ? 0 : Math.max(0, Math.min(start - WIDTH / 3, line.length - WIDTH));
  const to = Math.min(line.length, from + WIDTH);
  const shown = printable(line.slice(from, to));
  const before = from > 0 ? '…' : '';
  const after = to < line.length ? '…' : '';
  // Tabs stay tabs under a line, so that the mark stands where the mistake is.
  const padding = before.replace('…', ' ') + line.slice(from, start).replaceAll(/[^\t]/g, ' ');
  const marks = '^'.repeat(Math.max(1, Math.min(end, to) - start));
  const number = String(diagnostic.line);
  return [`  ${number} | ${before}${shown}${after}`, `  ${' '.repeat(number.length)} | ${padding}${marks}`];
}

/** The text with its control characters shown instead of sent; a tab stays. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** `2 errors, 1 warning`; empty when there is nothing to count. */
export function countOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return [plural(errors, 'error'), plural(warnings, 'warning')].filter((text) => text !== '').join(', ');
}

function plural(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
