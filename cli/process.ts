/** The command line as a process: what `scripts/wf.mjs` starts. */
import { createInterface } from 'node:readline/promises';
import type { Surroundings } from '#cli/command';
import { main } from '#cli/main';

const { stdin, stdout, stderr, env, argv } = process;

// `wf tail | head` closes our output early; that is no fault.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const around: Surroundings = {
  out: (line) => stdout.write(`${line}\n`),
  note: (line) => stderr.write(`${line}\n`),
  env,
  cwd: process.cwd(),
  colours: Boolean(stdout.isTTY) && !env.NO_COLOR,
  ...(stdin.isTTY && stderr.isTTY ? { ask } : {}),
};

/** The question goes to standard error: standard output is for results. Anything but yes is no. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

process.exitCode = await main(argv.slice(2), around);
