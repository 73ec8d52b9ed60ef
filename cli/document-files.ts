/** The files that a document names, read from beside it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '#cli/command';
import { referencedFiles } from '#language/referenced-files';
import { moduleCatalog } from '#modules/registry';

export type DocumentFiles = Record<string, { base64: string }>;

/** What one deployment may carry, bytes. */
const MOST = 5 * 1024 * 1024;

/** What is not there is left out: the platform says what it misses. Throws Failure when it is too much. */
export function readFiles(file: string, source: string, cwd: string): DocumentFiles {
  const folder = dirname(resolve(cwd, file));
  const found: DocumentFiles = {};
  let size = 0;
  const take = (path: string, name: string) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory())
      for (const entry of readdirSync(path)) if (!entry.startsWith('.') && entry !== 'node_modules') take(join(path, entry), `${name}/${entry}`);
    if (!stat?.isFile()) return;
    size += stat.size;
    if (size > MOST) throw new Failure(`The files that ${file} names take more than ${MOST / 1024 / 1024} MB; ${name} is one of them.`);
    found[name] = { base64: readFileSync(path).toString('base64') };
  };
  // The whole folder of the document would be more than is meant.
  for (const name of referencedFiles(source, moduleCatalog)) if (!/^\.?\/*$/.test(name)) take(resolve(folder, name), name.replace(/\/+$/, ''));
  return found;
}
