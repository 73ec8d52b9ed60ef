/** Names that a document gives: its pipelines with their steps and lines, and its modules. By lines, whatever state it is in. Pure. */
import { lineOf, mappingAt, placeAt } from './yaml-place';

export interface NamedStep {
  name: string;
  type?: string;
  /** 0-based; the last line that belongs to it. */
  line: number;
  end: number;
}

export interface NamedPipeline {
  name: string;
  line: number;
  end: number;
  steps: NamedStep[];
}

export interface Names {
  pipelines: NamedPipeline[];
  modules: string[];
}

export function namesIn(lines: readonly string[]): Names {
  const names: Names = { pipelines: [], modules: [] };
  lines.forEach((text, line) => {
    const one = lineOf(text);
    if (one.key !== 'name' || one.value === '' || one.blank) return;
    const place = placeAt(lines, line, one.start);
    const [root, owner] = place.path;
    const name = one.value.replace(/^["']|["']$/g, '');
    if (root?.name === 'modules' && place.path.length === 2) names.modules.push(name);
    const list = place.path.findLast((part) => typeof part.name === 'string')?.name;
    if (root?.name !== 'pipelines' || owner === undefined || place.path.length < 4 || !['steps', 'compensation'].includes(String(list))) return;
    const type = mappingAt(lines, line, one.start).get('type');
    pipelineOf(names, lines, owner).steps.push({ name, ...(type === undefined ? {} : { type }), ...blockOf(lines, line, one.start) });
  });
  return names;
}

function pipelineOf(
  { pipelines }: Names,
  lines: readonly string[],
  { name, line, column }: { name: string | number; line: number; column: number },
): NamedPipeline {
  const known = pipelines.find((one) => one.name === String(name));
  if (known) return known;
  const made: NamedPipeline = { name: String(name), line, end: lastOf(lines, line, column + 1), steps: [] };
  pipelines.push(made);
  return made;
}

/** The lines of the list item whose mapping has its keys at this column. */
function blockOf(lines: readonly string[], line: number, column: number): { line: number; end: number } {
  let first = line;
  while (first > 0 && !(lineOf(lines[first]!).dashes.length > 0 && lineOf(lines[first]!).start === column)) first--;
  return { line: first, end: lastOf(lines, first, column) };
}

/** The last line below that stands at least at this column; blank ones at the end do not count. */
function lastOf(lines: readonly string[], line: number, column: number): number {
  let end = line;
  for (let at = line + 1; at < lines.length; at++) {
    const one = lineOf(lines[at]!);
    if (one.blank) continue;
    if ((one.dashes[0] ?? one.start) < column) break;
    end = at;
  }
  return end;
}
