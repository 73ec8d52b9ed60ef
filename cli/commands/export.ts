/** `export EXECUTION`: the execution as one file. */
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CONNECTION, connect, open } from '#cli/client';
import { type Command, Failure, OK } from '#cli/command';
import { readExportFile } from '#cli/export-file';

export const exportExecution: Command = {
  name: 'export',
  summary: 'Writes an execution to a file: its log, its definition, its values',
  positionals: ['EXECUTION'],
  options: {
    out: { type: 'string', value: 'FILE', about: 'Where to; EXECUTION.jsonl when absent' },
    ...CONNECTION,
  },
  async run(given, around) {
    const id = given.positionals[0]!;
    const file = given.options.out ?? `${id}.jsonl`;
    const target = resolve(around.cwd, file);
    const body = await open(connect(given, around), `/executions/${encodeURIComponent(id)}/export`, 'application/jsonl');
    // What breaks off leaves no file that looks like one.
    const partial = `${target}.part`;
    try {
      await pipeline(Readable.fromWeb(body as never), createWriteStream(partial));
      const { hash, seal } = await readExportFile(partial, around);
      renameSync(partial, target);
      around.out(`${file}: ${seal.events} events, ${seal.status}.`);
      around.out(`seal ${hash}`);
      return OK;
    } catch (error) {
      rmSync(partial, { force: true });
      if (error instanceof Failure) throw error;
      throw new Failure(`${file} could not be written: ${(error as Error).message}`);
    }
  },
};
