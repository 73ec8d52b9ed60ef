/** CPU time and memory of a process, as the system counts them. Linux (`/proc`) only. */
import { readFileSync } from 'node:fs';

/** Clock ticks a second in `/proc/<pid>/stat`; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU seconds, user and system, that the process has used so far, with its ended children. */
export function cpuSeconds(pid: number): number {
  // The second field is the program's name in brackets and may itself hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  // utime, stime, cutime, cstime are fields 14 to 17 of the line, and `fields` begins with the third.
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS;
}

/** Memory that the process holds, bytes. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;
}
