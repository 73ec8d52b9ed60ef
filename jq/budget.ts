/**
 * What a run may take (steps, bytes built, depth of calls), and what time it is to it.
 *
 * Invariants
 * 1. Whatever loops, recurses or copies pays here first, in proportion; so a run ends in bounded time and memory.
 * 2. A run is synchronous, so one set of counters serves; `withBudget` restores them for the run around it.
 */
import { JqLimitError } from '#jq/errors';

export interface Budget {
  /** Elementary steps. */
  steps: number;
  /** Bytes built over the whole run, also those that are thrown away again; estimated. */
  bytes: number;
}

export const DEFAULT_BUDGET: Budget = { steps: 4_000_000, bytes: 48 * 1024 * 1024 };

/** Nested calls of functions that are not the last thing their caller does. */
const MAX_DEPTH = 2500;

let steps = 0;
let bytes = 0;
let depth = 0;
let time = 0;

export function burn(count: number): void {
  steps -= count;
  if (steps < 0) throw new JqLimitError('fuel');
}

/** Pays for memory, and for the time that filling it takes. */
export function grow(size: number): void {
  bytes -= size;
  if (bytes < 0) throw new JqLimitError('memory');
  steps -= 1 + (size >> 6);
  if (steps < 0) throw new JqLimitError('fuel');
}

export function descend(): void {
  if (++depth > MAX_DEPTH) throw new JqLimitError('depth');
}

export function ascend(): void {
  depth--;
}

/** For whoever catches an error: the depth at which it began. */
export function depthMark(): number {
  return depth;
}

export function returnTo(mark: number): void {
  depth = mark;
}

/** Epoch ms at which the run stands: it has no clock of its own. */
export function timeOfRun(): number {
  return time;
}

export function withBudget<T>(budget: Budget, now: number, run: () => T): T {
  const outer = [steps, bytes, depth, time] as const;
  steps = budget.steps;
  bytes = budget.bytes;
  depth = 0;
  time = now;
  try {
    return run();
  } catch (error) {
    // The engine's own stack may end before ours does.
    throw error instanceof RangeError ? new JqLimitError('depth') : error;
  } finally {
    [steps, bytes, depth, time] = outer;
  }
}
