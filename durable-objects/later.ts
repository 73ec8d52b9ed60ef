/**
 * When an alarm may be set for, of an object whose alarm may just be at work: never this very millisecond, nor before. The
 * runtime takes one that is set for the time of the one at work to be that one, and lets go of it with it; on a fast disk a turn
 * takes less than a millisecond, and what was to go on stood still.
 */

/** The next millisecond, or `at` where that is later. Epoch ms. */
export function later(now: number, at = now): number {
  return Math.max(at, now + 1);
}
