/** Which line of the waterfall a key leads to. Pure. */
import type { Line } from './waterfall';

/** `undefined`: the key does not move. */
export function lineAfter(key: string, at: number, lines: readonly Line[]): number | undefined {
  const last = lines.length - 1;
  if (key === 'ArrowDown' || key === 'j') return Math.min(last, at + 1);
  if (key === 'ArrowUp' || key === 'k') return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'f') {
    const failed = lines.findLastIndex((line) => line.status === 'failed');
    return failed < 0 ? undefined : failed;
  }
  return undefined;
}
