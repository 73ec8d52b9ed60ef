/** Two texts beside each other, line by line: what is the same is folded, what changed stands on the same height. Pure. */
import { diffArrays, diffWordsWithSpace } from 'diff';

/** A piece of a line; `marked`: it is what changed in it. */
export interface Piece {
  text: string;
  marked: boolean;
}

export interface Side {
  /** 1-based. */
  line: number;
  pieces: Piece[];
}

export interface DiffRow {
  kind: 'same' | 'changed' | 'removed' | 'added';
  left?: Side;
  right?: Side;
}

/** Rows that are shown, and runs of rows that are not. */
export type DiffPart = { folded: false; rows: DiffRow[] } | { folded: true; rows: DiffRow[] };

export interface LineDiff {
  parts: DiffPart[];
  added: number;
  removed: number;
}

/** Unchanged lines that stay around a change. */
const CONTEXT = 3;
/** Lines that are compared word by word have at most so many characters. */
const LONGEST = 2000;

export function lineDiff(left: string, right: string): LineDiff {
  const rows: DiffRow[] = [];
  let [atLeft, atRight] = [1, 1];
  const changes = diffArrays(linesOf(left), linesOf(right));
  for (let at = 0; at < changes.length; at++) {
    const { value, added, removed } = changes[at]!;
    if (!added && !removed) {
      for (const text of value) rows.push({ kind: 'same', left: whole(atLeft++, text), right: whole(atRight++, text) });
      continue;
    }
    const next = changes[at + 1];
    const pair = next && (removed ? next.added : next.removed) ? next.value : [];
    if (pair.length > 0) at++;
    const [gone, come] = removed ? [value, pair] : [pair, value];
    for (let one = 0; one < Math.max(gone.length, come.length); one++) {
      rows.push(
        rowOf(
          gone[one],
          come[one],
          () => atLeft++,
          () => atRight++,
        ),
      );
    }
  }
  return {
    parts: folded(rows),
    added: rows.filter((row) => row.kind === 'added' || row.kind === 'changed').length,
    removed: rows.filter((row) => row.kind === 'removed' || row.kind === 'changed').length,
  };
}

function rowOf(gone: string | undefined, come: string | undefined, left: () => number, right: () => number): DiffRow {
  if (gone === undefined) return { kind: 'added', right: whole(right(), come!) };
  if (come === undefined) return { kind: 'removed', left: whole(left(), gone) };
  if (gone.length > LONGEST || come.length > LONGEST) return { kind: 'changed', left: whole(left(), gone), right: whole(right(), come) };
  const words = diffWordsWithSpace(gone, come);
  const side = (other: 'added' | 'removed') => words.filter((word) => !word[other]).map((word) => ({ text: word.value, marked: word.added || word.removed }));
  return { kind: 'changed', left: { line: left(), pieces: side('added') }, right: { line: right(), pieces: side('removed') } };
}

function folded(rows: DiffRow[]): DiffPart[] {
  const near = rows.map((_, at) => rows.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((row) => row.kind !== 'same'));
  const parts: DiffPart[] = [];
  rows.forEach((row, at) => {
    const last = parts.at(-1);
    if (last && last.folded === !near[at]) last.rows.push(row);
    else parts.push({ folded: !near[at]!, rows: [row] });
  });
  // A line that is folded takes as much room as one that is not.
  return parts.map((part) => (part.folded && part.rows.length <= 1 ? { folded: false, rows: part.rows } : part));
}

function whole(line: number, text: string): Side {
  return { line, pieces: [{ text, marked: false }] };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
