/** What the platform has read in a document, as the editor asks for it. Lines of an outline count from 1. Pure. */
import type { Outline, OutlinePipeline } from '#contracts/outline';
import { lineOf } from './yaml-place';

export const NO_OUTLINE: Outline = { pipelines: [], modules: [], files: [] };

/** The innermost pipeline around a line, or whose next lines are being written there. @param line 0-based */
export function pipelineAt({ pipelines }: Outline, lines: readonly string[], line: number): OutlinePipeline | undefined {
  const around = pipelines.filter((one) => one.line <= line + 1 && reach(one, lines) >= line + 1);
  return around.reduce<OutlinePipeline | undefined>((inner, one) => (inner && inner.line > one.line ? inner : one), undefined);
}

/** With the lines behind its last one that are empty or stand deeper than it begins. */
function reach({ line, end_line }: OutlinePipeline, lines: readonly string[]): number {
  const column = columnOf(lines[line - 1] ?? '');
  let end = end_line;
  while (end < lines.length && (lineOf(lines[end]!).blank || columnOf(lines[end]!) > column)) end++;
  return end;
}

function columnOf(text: string): number {
  const { dashes, start } = lineOf(text);
  return dashes[0] ?? start;
}

interface Lines {
  line: number;
  end_line: number;
}

/** The same outline with its places told in another way. */
export function placed({ pipelines, ...rest }: Outline, first: (line: number) => number, last = first): Outline {
  const moved = <T extends Lines>(one: T): T => ({ ...one, line: first(one.line), end_line: last(one.end_line) });
  return { ...rest, pipelines: pipelines.map((one) => ({ ...moved(one), steps: one.steps.map(moved) })) };
}
