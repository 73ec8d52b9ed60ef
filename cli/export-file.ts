/** An exported execution on disk, read line by line. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Failure, type Surroundings } from '#cli/command';
import { Problem } from '#contracts/problems';
import { linesOf, type PortableExecution, readExport } from '#portable/read';
import { verifyExport } from '#portable/verify';

/** The file, read and verified. Throws Failure that says what is wrong and where. */
export async function readExportFile(file: string, { cwd }: Pick<Surroundings, 'cwd'>): Promise<PortableExecution> {
  const stream = Readable.toWeb(createReadStream(resolve(cwd, file))) as unknown as ReadableStream<Uint8Array>;
  return await told(file, async () => {
    const read = await readExport(linesOf(stream, Number.MAX_SAFE_INTEGER));
    verifyExport(read);
    return read;
  });
}

/** Refusals in words, with the file's name. */
export async function told<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw new Failure(`${file} is not an exported execution as it was written.\n  ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Failure(`There is no file ${file}.`);
    if (code === 'EISDIR') throw new Failure(`${file} is a folder. Name a file.`);
    throw error;
  }
}
