/** The diagnostics of a document as its author gets them: in the order of the text, without echoes, and not without end. */
import type { Diagnostic } from '#contracts/diagnostics';
import type { Report } from '#language/report';

/** What one answer names; more is not read anyway. */
const MAX_DIAGNOSTICS = 100;

/**
 * Diagnostics in the order of the text, a hundred of them at most. After a syntax mistake parts of the document are lost; what is said to be
 * missing then, and what stands on the very same line, is its echo; so is a missing key that is there in another spelling.
 */
export function settle({ diagnostics, misspelt }: Report): Diagnostic[] {
  const broken = new Set(diagnostics.filter((diagnostic) => diagnostic.code === 'yaml_syntax').map((diagnostic) => diagnostic.line));
  const kept = diagnostics.filter((diagnostic) => {
    if (diagnostic.code === 'missing_key' && misspelt.has(diagnostic.path)) return false;
    if (broken.size === 0 || diagnostic.code === 'yaml_syntax') return true;
    return diagnostic.code !== 'missing_key' && !broken.has(diagnostic.line);
  });
  const seen = new Set<string>();
  const each = kept
    .filter((diagnostic) => {
      // An anchor used twice is checked twice, but it is one mistake.
      const mark = `${diagnostic.code} ${diagnostic.line}:${diagnostic.column} ${diagnostic.message}`;
      return seen.has(mark) ? false : seen.add(mark);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return bounded(each);
}

/** Errors come before warnings where not all are named; the last says how many more there are. */
function bounded(diagnostics: Diagnostic[]): Diagnostic[] {
  if (diagnostics.length <= MAX_DIAGNOSTICS) return diagnostics;
  const isError = ({ severity }: Diagnostic) => severity === 'error';
  const named = new Set([...diagnostics.filter(isError), ...diagnostics.filter((each) => !isError(each))].slice(0, MAX_DIAGNOSTICS));
  const rest = diagnostics.filter((each) => !named.has(each));
  const { line, column, end_line, end_column } = rest[0]!;
  const message = `There are ${rest.length} more such places; the first of them is here.`;
  const severity = rest.some(isError) ? 'error' : 'warning';
  const hint = 'They are named once those before are mended.';
  return [...diagnostics.filter((each) => named.has(each)), { code: 'too_many', severity, message, path: '', line, column, end_line, end_column, hint }];
}
