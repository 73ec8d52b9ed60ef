/**
 * Bytes on disk at rest.
 *
 * An object that is awake holds its database open, with a write-ahead log and that log's index beside it (another 40
 * KiB); when the runtime lets go of the object, SQLite folds the log into the database and removes both. To see that
 * state without waiting for every object to be let go, the folder is copied, and in the copy every database is opened
 * and closed once, which does the same.
 */
import { cpSync, lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Disk {
  /** Blocks that the file system has set aside, bytes. */
  allocated: number;
  /** Sum of the files' lengths, bytes. */
  length: number;
  files: number;
}

/** Copies the state folder of the runtime `pid` into `root` as it would be at rest, and hands the copy to `look`. */
export function atRest<T>(stateDir: string, pid: number, root: string, look: (copy: string) => T): T {
  const copy = mkdtempSync(join(root, 'rest-'));
  copyStopped(stateDir, pid, copy);
  for (const path of filesBelow(copy).filter((file) => file.endsWith('.sqlite'))) {
    const database = new DatabaseSync(path);
    database.exec('PRAGMA synchronous = OFF; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  }
  return look(copy);
}

/** The runtime may let go of an object at any moment, so it stands still while its files are copied. */
function copyStopped(stateDir: string, pid: number, copy: string): void {
  process.kill(pid, 'SIGSTOP');
  try {
    cpSync(stateDir, copy, { recursive: true });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

export function diskUsage(folder: string): Disk {
  const total: Disk = { allocated: 0, length: 0, files: 0 };
  for (const path of filesBelow(folder)) {
    const { blocks, size } = lstatSync(path);
    total.allocated += blocks * 512;
    total.length += size;
    total.files++;
  }
  return total;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
