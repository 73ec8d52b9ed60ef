/** Lines and columns of a text, and changes to it. Offsets are UTF-16 units, ends exclusive. */

/** `insert` takes the place of what stands from `from` to `to`. */
export interface Patch {
  from: number;
  to: number;
  insert: string;
}

export function applyPatch(text: string, { from, to, insert }: Patch): string {
  return text.slice(0, from) + insert + text.slice(to);
}

/** The one change that leads from a text to another: what is the same before and behind is left out. */
export function patchBetween(before: string, after: string): Patch {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

/** What takes a patch back, given the text that it was made for. */
export function inverse(before: string, { from, to, insert }: Patch): Patch {
  return { from, to: from + insert.length, insert: before.slice(from, to) };
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Behind the end of the line, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** 1-based. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let newline = text.indexOf('\n'); newline !== -1 && newline < at; newline = text.indexOf('\n', newline + 1)) line++;
  return line;
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

export function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** Shifts each line that is not blank; never to the left of the margin. */
export function indent(text: string, by: number): string {
  if (by === 0) return text;
  return text.replace(/^( *)(?=[^\s])/gm, (spaces) => ' '.repeat(Math.max(0, spaces.length + by)));
}

/** The line endings of a text. */
function eolOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** New lines, ended as the others are. */
export function withEol(insert: string, text: string): string {
  return eolOf(text) === '\n' ? insert : insert.replace(/\r?\n/g, '\r\n');
}
