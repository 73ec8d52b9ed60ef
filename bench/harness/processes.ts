/** What the system knows of a process and of a folder: CPU time, memory, bytes on disk. Linux (`/proc`) only. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Clock ticks a second in `/proc/<pid>/stat`; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU seconds, user and system, that the process has used so far, with its ended children. */
export function cpuSeconds(pid: number): number {
  // The second field is the program's name in brackets and may itself hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  // utime, stime, cutime, cstime are fields 14 to 17 of the line, and `fields` begins with the third.
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS;
}

export interface Disk {
  /** Blocks that the file system has set aside, bytes. */
  allocated: number;
  /** Sum of the files' lengths, bytes. */
  length: number;
  files: number;
}

/** All files below a folder. One that goes away while we look counts nothing. */
export function diskUsage(folder: string): Disk {
  const total: Disk = { allocated: 0, length: 0, files: 0 };
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    try {
      const { blocks, size } = lstatSync(join(entry.parentPath, entry.name));
      total.allocated += blocks * 512;
      total.length += size;
      total.files++;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return total;
}
