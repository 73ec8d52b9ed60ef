import { describe, expect, it } from 'vitest';
import { countOf, printDiagnostics } from '#cli/print-diagnostics';
import type { Diagnostic } from '#contracts/diagnostics';

function diagnostic(line: number, column: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: 'unknown_key',
    severity: 'error',
    message: 'Unknown key.',
    hint: 'Take it out.',
    path: '',
    line,
    column,
    end_line: line,
    end_column: end,
    ...more,
  };
}

function print(source: string, ...diagnostics: Diagnostic[]): string[] {
  return printDiagnostics(diagnostics, { file: 'app.yaml', source }).split('\n');
}

describe('diagnostics', () => {
  it('shows place, severity, code and message, the line with the mark, and the hint', () => {
    const found = diagnostic(2, 3, 8, { message: 'Unknown key "setps".', hint: 'Did you mean "steps"?' });
    expect(print('name: a\n  setps: []\n', found)).toEqual([
      'app.yaml:2:3 error unknown_key Unknown key "setps".',
      '  2 |   setps: []',
      '    |   ^^^^^',
      '  hint: Did you mean "steps"?',
    ]);
  });

  it('prints all of them in the order given, warnings as warnings', () => {
    const text = print('a\nb', diagnostic(1, 1, 2), diagnostic(2, 1, 2, { severity: 'warning', code: 'not_yet' }));
    expect(text.filter((line) => line.startsWith('app.yaml'))).toEqual([
      'app.yaml:1:1 error unknown_key Unknown key.',
      'app.yaml:2:1 warning not_yet Unknown key.',
    ]);
  });

  it.each<[what: string, source: string, found: Diagnostic, line: string, marks: string]>([
    ['a range without width gets one mark', 'name: a', diagnostic(1, 4, 4), '  1 | name: a', '    |    ^'],
    ['a range over several lines is marked to the end of the first', 'a: {\nb', diagnostic(1, 4, 2, { end_line: 2 }), '  1 | a: {', '    |    ^'],
    ['a place behind the last character', 'ab', diagnostic(1, 3, 3), '  1 | ab', '    |   ^'],
    ['tabs stay tabs above and below', '\tkey: v', diagnostic(1, 2, 5), '  1 | \tkey: v', '    | \t^^^'],
    ['a Windows line end is no part of the line', 'key: v\r\n', diagnostic(1, 1, 4), '  1 | key: v', '    | ^^^'],
    ['the margin is as wide as the number', `${'\n'.repeat(99)}key`, diagnostic(100, 1, 4), '  100 | key', '      | ^^^'],
  ])('%s', (_, source, found, line, marks) => {
    expect(print(source, found).slice(1, 3)).toEqual([line, marks]);
  });

  it('shows nothing for an empty line or one that is not there', () => {
    expect(print('', diagnostic(1, 1, 1))).toHaveLength(2);
    expect(print('a', diagnostic(7, 1, 1))).toHaveLength(2);
  });

  it.each([1, 40, 500, 990, 1000])('cuts a long line so that the mark at column %i stands under its character', (column) => {
    const source = `${'.'.repeat(column - 1)}X${'.'.repeat(1000 - column)}`;
    const [, line, marks] = print(source, diagnostic(1, column, column + 1)) as [string, string, string];
    expect(line.length).toBeLessThan(140);
    expect(line[marks.indexOf('^')]).toBe('X');
  });

  it('sends no control character of the document to the terminal', () => {
    const found = diagnostic(1, 1, 2, { message: 'Unknown key "\u001b[2J".', hint: 'Not "\u0007\u202e".' });
    const text = printDiagnostics([found], { file: 'app.yaml', source: 'a: \u001b]0;title\u0007' });
    for (const sign of ['\u0007', '\u001b', '\u202e']) expect(text).not.toContain(sign);
  });

  it('colours the severity only when asked to', () => {
    const found = [diagnostic(1, 1, 2)];
    expect(printDiagnostics(found, { file: 'a', source: 'a', colours: true })).toContain('\u001b[31merror\u001b[0m');
    expect(printDiagnostics(found, { file: 'a', source: 'a' })).not.toContain('\u001b');
  });

  it.each<[Diagnostic['severity'][], string]>([
    [[], ''],
    [['error'], '1 error'],
    [['warning', 'warning'], '2 warnings'],
    [['warning', 'error', 'error'], '2 errors, 1 warning'],
  ])('counts %j', (severities, expected) => {
    expect(countOf(severities.map((severity) => diagnostic(1, 1, 1, { severity })))).toBe(expected);
  });
});
