/** Compiled programs of this isolate, bounded by their text. */
import { JqProgram } from '#jq/program';

const MAX_TEXT = 4 * 1024 * 1024;
const programs = new Map<string, JqProgram>();
let held = 0;

/** Throws JqSyntaxError. */
export function jqProgram(source: string): JqProgram {
  const known = programs.get(source);
  if (known) return known;
  const program = JqProgram.compile(source);
  if (held > MAX_TEXT) {
    programs.clear();
    held = 0;
  }
  held += source.length;
  programs.set(source, program);
  return program;
}
