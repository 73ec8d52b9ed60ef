/**
 * What was done to the text, and undone. The text itself is the only truth: an entry is a change to it.
 *
 * Invariants
 * 1. Undoing gives the bytes of before; doing again gives those of after.
 * 2. A new change forgets what was undone.
 */
import { applyPatch, inverse, type Patch, patchBetween } from './yaml/text';

export interface Change {
  /** What was done, for the button that undoes it: `Add http-call`. */
  label: string;
  forth: Patch;
  back: Patch;
  /** What was selected before and after. */
  before?: string;
  after?: string;
  /** Changes of the same run, such as typing in one field, are undone together. */
  run?: string;
}

export interface History {
  text: string;
  done: Change[];
  undone: Change[];
}

const MOST = 200;

export function history(text: string): History {
  return { text, done: [], undone: [] };
}

export function record(past: History, text: string, change: Pick<Change, 'label' | 'before' | 'after' | 'run'>): History {
  if (text === past.text) return past;
  const last = past.done.at(-1);
  if (change.run !== undefined && last?.run === change.run && past.undone.length === 0) {
    const start = applyPatch(past.text, last.back);
    return { text, done: [...past.done.slice(0, -1), { ...last, ...between(start, text), after: change.after }], undone: [] };
  }
  return { text, done: [...past.done, { ...change, ...between(past.text, text) }].slice(-MOST), undone: [] };
}

export function undo(past: History): History {
  const change = past.done.at(-1);
  if (!change) return past;
  return { text: applyPatch(past.text, change.back), done: past.done.slice(0, -1), undone: [...past.undone, change] };
}

export function redo(past: History): History {
  const change = past.undone.at(-1);
  if (!change) return past;
  return { text: applyPatch(past.text, change.forth), done: [...past.done, change], undone: past.undone.slice(0, -1) };
}

function between(before: string, after: string): { forth: Patch; back: Patch } {
  const forth = patchBetween(before, after);
  return { forth, back: inverse(before, forth) };
}
