/**
 * The list of executions as the browser holds it: pages in order, of which only those near the window have their rows. A
 * page that was let go of is asked for again by its cursor, which is a place in the list and finds the same rows. Pure.
 */
import type { LiveRow } from './live-rows';

export interface RowChunk {
  /** `null`: the newest. */
  cursor: string | null;
  count: number;
  /** Absent: not here, or not here any more. */
  rows?: LiveRow[];
}

export function countOf(chunks: readonly RowChunk[]): number {
  return chunks.reduce((sum, { count }) => sum + count, 0);
}

export function rowAt(chunks: readonly RowChunk[], index: number): LiveRow | undefined {
  let before = 0;
  for (const { count, rows } of chunks) {
    if (index < before + count) return rows?.[index - before];
    before += count;
  }
  return undefined;
}

/** What is to be drawn: from a place to before another; `row` is absent while it is asked for. */
export function between(chunks: readonly RowChunk[], from: number, to: number): { index: number; row?: LiveRow }[] {
  const drawn: { index: number; row?: LiveRow }[] = [];
  let before = 0;
  for (const { count, rows } of chunks) {
    for (let index = Math.max(from, before); index < Math.min(to, before + count); index++) drawn.push({ index, row: rows?.[index - before] });
    before += count;
    if (before >= to) break;
  }
  return drawn;
}

/** Pages that have no rows and would show some. */
export function lacking(chunks: readonly RowChunk[], from: number, to: number): number[] {
  const found: number[] = [];
  let before = 0;
  chunks.forEach(({ count, rows }, at) => {
    if (!rows && before < to && before + count > from) found.push(at);
    before += count;
  });
  return found;
}

export function filled(chunks: readonly RowChunk[], at: number, rows: LiveRow[]): RowChunk[] {
  return chunks.map((chunk, index) => (index === at ? { ...chunk, rows, count: rows.length } : chunk));
}

/** Lets go of rows far from the window, so that a list of any length takes the same memory. The first page stays: it is live. */
export function thinned(chunks: readonly RowChunk[], from: number, to: number, margin: number): RowChunk[] {
  let before = 0;
  return chunks.map((chunk, at) => {
    const begin = before;
    before += chunk.count;
    const isNear = at === 0 || (begin < to + margin && before > from - margin);
    return isNear || !chunk.rows ? chunk : { cursor: chunk.cursor, count: chunk.count };
  });
}

/** With one row changed; `undefined` where it is not here. */
export function withRow(chunks: readonly RowChunk[], id: string, change: (row: LiveRow) => LiveRow | undefined): RowChunk[] | undefined {
  for (const [at, { rows }] of chunks.entries()) {
    const index = rows?.findIndex((row) => row.execution_id === id) ?? -1;
    if (!rows || index < 0) continue;
    const next = change(rows[index]!);
    return next ? filled(chunks, at, rows.with(index, next)) : [...chunks];
  }
  return undefined;
}

/** What is kept while the reader is elsewhere, by the list's own address. */
export interface KeptList {
  /** When the newest row of then had started: what came later is not part of it. */
  top: string;
  pages: [cursor: string | null, count: number][];
  next: string | null;
}

export function keptOf(chunks: readonly RowChunk[], next: string | null): KeptList | undefined {
  const top = rowAt(chunks, 0)?.started_at;
  return top === undefined ? undefined : { top, pages: chunks.map(({ cursor, count }) => [cursor, count]), next };
}

export function readKept(text: string | null): KeptList | undefined {
  try {
    const kept = JSON.parse(text ?? 'null') as KeptList | null;
    const fits = kept && typeof kept.top === 'string' && Array.isArray(kept.pages) && kept.pages.every(([, count]) => Number.isInteger(count) && count >= 0);
    return fits ? kept : undefined;
  } catch {
    return undefined;
  }
}
