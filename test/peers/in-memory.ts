/**
 * Storage of the tests in memory, where there is a file system for it with room: thousands of small databases are made, and each
 * waits for the disk several times.
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Far more than the tests have at any time, bytes. */
const ROOM = 4 * 1024 ** 3;

/** For all that is started from now on. Answers how to clear it away. */
export function storageInMemory(): () => void {
  if (!hasRoom()) return () => undefined;
  const folder = mkdtempSync(join(MEMORY, 'workflow-tests-'));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  return () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true, force: true });
  };
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}
