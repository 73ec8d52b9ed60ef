/** How a comparison is told: a mark and a word for each kind of difference, so that none is told by colour alone. */
import type { DiffStatus, PathDiff } from '#contracts/diff';
import type { Json } from '#contracts/json';
import { formatCount, formatDuration } from './time';

export interface Mark {
  sign: '=' | '~' | '+' | '−' | '≠';
  word: string;
  tone: 'same' | 'changed' | 'added' | 'removed';
}

const STATUSES: Record<DiffStatus, Mark> = {
  identical: { sign: '=', word: 'Identical', tone: 'same' },
  output_different: { sign: '~', word: 'Another output', tone: 'changed' },
  status_different: { sign: '≠', word: 'Another status', tone: 'changed' },
  left_skipped: { sign: '+', word: 'Not run on the left', tone: 'added' },
  right_skipped: { sign: '−', word: 'Not run on the right', tone: 'removed' },
  left_only: { sign: '−', word: 'On the left only', tone: 'removed' },
  right_only: { sign: '+', word: 'On the right only', tone: 'added' },
};

export function statusMark(status: DiffStatus): Mark {
  return STATUSES[status];
}

export function pathMark({ left, right, absent }: PathDiff): Mark {
  if (absent === 'left' || (left === null && absent === undefined)) return { sign: '+', word: 'added', tone: 'added' };
  if (absent === 'right' || (right === null && absent === undefined)) return { sign: '−', word: 'removed', tone: 'removed' };
  return { sign: '~', word: 'changed', tone: 'changed' };
}

const LONGEST = 400;

/** One side of a difference, cut to what a row can show. */
export function sideText(value: Json, absent: boolean): string {
  if (absent) return '';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} … ${formatCount(text.length - LONGEST)} characters more` : text;
}

/** Shorter than this, ms, is noise. */
const NOISE_MS = 20;
/** So many times as long is worth a colour. */
const MUCH = 1.5;

/** How much longer or shorter the right took: `+1.2 s`; nothing where a side has no time yet, or both took as long. */
export function timeApart(left: number | null | undefined, right: number | null | undefined): { text: string; tone: 'same' | 'slower' | 'faster' } | undefined {
  if (left === null || left === undefined || right === null || right === undefined) return undefined;
  const apart = Math.round(right - left);
  if (apart === 0) return undefined;
  const [less, more] = left < right ? [left, right] : [right, left];
  const tone = Math.abs(apart) < NOISE_MS || more < less * MUCH ? 'same' : apart > 0 ? 'slower' : 'faster';
  return { text: `${apart > 0 ? '+' : '−'}${formatDuration(Math.abs(apart))}`, tone };
}
