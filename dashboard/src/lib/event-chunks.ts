/**
 * The event log in chunks of the size it was loaded in. A chunk far from the window is a gap of its height, so that fifty
 * thousand events, some of them open, cost what is seen of them. Pure.
 */
import type { ApiEvent } from './api-types';

export interface Chunk {
  /** Sequence number of its first event. */
  first: number;
  items: ApiEvent[];
  /** Drawn, or a gap. */
  drawn: boolean;
  /** px when it was last drawn. */
  height?: number;
}

/** A closed row, px. */
export const ROW = 33;

export function chunkOf(items: ApiEvent[]): Chunk[] {
  const first = items[0];
  return first ? [{ first: first.sequence_num, items, drawn: true }] : [];
}

export function heightOf({ height, items }: Chunk): number {
  return height ?? items.length * ROW;
}

/** What observing the chunks has told: which are near the window, and how high those were that are left. */
export function redrawn(chunks: readonly Chunk[], seen: ReadonlyMap<number, { near: boolean; height: number }>): Chunk[] {
  return chunks.map((chunk) => {
    const now = seen.get(chunk.first);
    if (!now || now.near === chunk.drawn) return chunk;
    return now.near ? { ...chunk, drawn: true } : { ...chunk, drawn: false, height: now.height };
  });
}

export function lastSeqOf(chunks: readonly Chunk[]): number {
  return chunks.at(-1)?.items.at(-1)?.sequence_num ?? 0;
}
