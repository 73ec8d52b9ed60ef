/** What is said of a document: each word of it at its place in the text. */
import type { Diagnostic, DiagnosticCode } from '#contracts/diagnostics';
import type { Range } from '#language/source';

/** Collects diagnostics and turns offsets into lines. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  /** Paths of keys that an unknown key beside them was most likely meant for; that they are missing is its echo. */
  readonly misspelt = new Set<string>();
  /** How many of them are errors. */
  errors = 0;
  private readonly lineStarts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  error(code: DiagnosticCode, message: string, path: string, range: Range, hint: string): void {
    this.add('error', code, message, path, range, hint);
  }

  warn(code: DiagnosticCode, message: string, path: string, range: Range, hint: string): void {
    this.add('warning', code, message, path, range, hint);
  }

  private add(severity: Diagnostic['severity'], code: DiagnosticCode, message: string, path: string, range: Range, hint: string): void {
    if (severity === 'error') this.errors++;
    const [line, column] = this.position(range[0]);
    const [endLine, endColumn] = this.position(Math.max(range[0], range[1]));
    this.diagnostics.push({ code, severity, message, path, line, column, end_line: endLine, end_column: endColumn, hint });
  }

  /** 1-based line and column of an offset. */
  position(offset: number): [line: number, column: number] {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return [low + 1, at - this.lineStarts[low]! + 1];
  }
}
