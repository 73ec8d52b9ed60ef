/**
 * A document with a mistake. In the sources « and » stand around the place that the diagnostic must name; they are taken
 * out before compiling.
 */
import type { Diagnostic, DiagnosticCode } from '#contracts/diagnostics';
import type { Catalogs } from '#language/checker';
import { compile } from '#language/compile';
import type { DocumentFiles } from '#language/compile-document';
import { modules, steps } from '../catalog.ts';

export type Mistake = [code: DiagnosticCode, severity: 'error' | 'warning', source: string, message: RegExp, hint?: RegExp];

interface Span {
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

export function unmark(marked: string): { source: string; spans: Span[] } {
  let source = '';
  let line = 1;
  let column = 1;
  const spans: Span[] = [];
  for (const char of marked) {
    if (char === '«') spans.push({ line, column, end_line: line, end_column: column });
    else if (char === '»') Object.assign(spans[spans.length - 1]!, { end_line: line, end_column: column });
    else {
      source += char;
      column += char.length;
      if (char === '\n') {
        line++;
        column = 1;
      }
    }
  }
  return { source, spans };
}

type Surroundings = Catalogs & { files?: DocumentFiles; regions?: string[] };

export async function diagnose(
  source: string,
  { files, regions, ...catalogs }: Surroundings = { steps, modules, regions: ['eu', 'us'] },
): Promise<Diagnostic[]> {
  return (await compile(source, catalogs, { files, regions })).diagnostics;
}

export const place = ({ line, column, end_line, end_column }: Span) => ({ line, column, end_line, end_column });

/** The beginning of a document, up to the first step. */
export const head = 'name: app\npipelines:\n  p:\n    steps:\n';
/** A document with one call, whose settings are these lines. */
export const step = (text: string) => `${head}      - name: a\n        type: step.http_call\n        config:\n${text}`;
export const call = 'url: http://x';
