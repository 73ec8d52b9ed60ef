/** Where the local runtime keeps what it stores, for who looks at it while the runtime does not run. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Names of databases: the id of their object. */
const DATABASE = /^[0-9a-f]{64}\.sqlite$/;

/** The databases in a folder, `{path, at}`: when each was written last, ms since the epoch. */
export function databasesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => DATABASE.test(name))
    .map((name) => ({ path: join(folder, name), at: writtenAt(join(folder, name)) }));
}

/** The D1 database of the Worker whose state this is: the one written last, where its id has changed. `undefined`: there is none yet. */
export function d1In(dir) {
  const files = databasesIn(join(dir, 'd1', 'miniflare-D1DatabaseObject'));
  return files.sort((a, b) => b.at - a.at)[0]?.path;
}

/** A write may stand in the write-ahead log beside the file. */
function writtenAt(path) {
  return Math.max(...[path, `${path}-wal`].filter(existsSync).map((each) => statSync(each).mtimeMs));
}
