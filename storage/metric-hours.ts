/** Hours as they are kept: when they begin, and what they are written as. */
import type { TallySpan } from '#contracts/tally';

export const HOUR_MS = 3_600_000;
/** Changes with what a kept span looks like; older ones are added up anew. */
const FORMAT = 1;
/** A row ends at 2 MB. An hour beyond is not kept. */
const MAX_TEXT = 1_000_000;

export function hourOf(at: number): number {
  return at - (at % HOUR_MS);
}

/** `undefined`: it is too large. */
export function spanText(span: TallySpan): string | undefined {
  const text = JSON.stringify({ v: FORMAT, span });
  return text.length <= MAX_TEXT ? text : undefined;
}

/** `undefined`: it was written by another version. */
export function spanOf(text: string): TallySpan | undefined {
  const { v, span } = JSON.parse(text) as { v: number; span: TallySpan };
  return v === FORMAT ? span : undefined;
}
