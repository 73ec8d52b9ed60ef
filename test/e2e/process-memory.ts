/** What a process holds in memory, where the system lets a parent look: on Linux, by `/proc`. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PART = 8 * 1024 * 1024;

/** Whether the text is in memory that the process may write; `undefined`: the system does not let us look. */
export function memoryHolds(pid: number, text: string): boolean | undefined {
  let memory: number | undefined;
  try {
    memory = openSync(`/proc/${pid}/mem`, 'r');
    const needle = Buffer.from(text);
    return writable(pid).some(([from, to]) => rangeHolds(memory!, from, to, needle));
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  } finally {
    if (memory !== undefined) closeSync(memory);
  }
}

function writable(pid: number): [from: bigint, to: bigint][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      return from === undefined ? [] : [[BigInt(`0x${from}`), BigInt(`0x${to}`)] as [bigint, bigint]];
    });
}

function rangeHolds(memory: number, from: bigint, to: bigint, needle: Buffer): boolean {
  const part = Buffer.alloc(PART + needle.length);
  for (let at = from; at < to; at += BigInt(PART)) {
    const length = Math.min(part.length, Number(to - at));
    let read = 0;
    try {
      read = readSync(memory, part, 0, length, at as never);
    } catch {
      // A page that is not there: nothing is in it.
      continue;
    }
    if (part.subarray(0, read).includes(needle)) return true;
  }
  return false;
}
