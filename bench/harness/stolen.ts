/**
 * What the host of a virtual machine takes: while it runs somebody else, everything here stands still, and a latency tells of
 * the host. Linux (`/proc/stat`) only; on a machine of its own it is nothing.
 */
import { readFileSync } from 'node:fs';

export interface Undisturbed<T> {
  result: T;
  /** Share of all CPU time that the host took meanwhile, 0 to 1. */
  stolen: number;
  /** Measurements that were put aside before this one. */
  aside: number;
}

/** CPU time of the machine so far, in ticks: all of it, and what the host took. */
export function cpuTicks(stat: string = readFileSync('/proc/stat', 'utf8')): { all: number; stolen: number } {
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are in the first two already.
  const ticks = stat.slice(0, stat.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

/**
 * Measures once, and again where the host took more than `most` of the CPU meanwhile, `times` in all at most; answers the one
 * of which it took least. What is put aside is chosen by the host's clock, never by what was measured.
 */
export async function undisturbed<T>(
  measure: () => Promise<T>,
  { most, times, ticks = cpuTicks }: { most: number; times: number; ticks?: typeof cpuTicks },
): Promise<Undisturbed<T>> {
  let best: { result: T; stolen: number } | undefined;
  let tried = 0;
  do {
    const before = ticks();
    const result = await measure();
    const after = ticks();
    tried++;
    const stolen = (after.stolen - before.stolen) / Math.max(1, after.all - before.all);
    if (!best || stolen < best.stolen) best = { result, stolen };
  } while (best.stolen > most && tried < times);
  return { ...best, aside: tried - 1 };
}
