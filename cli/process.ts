/** The command line as a process: what `scripts/wf.mjs` starts. */
import type { Surroundings } from '#cli/command';
import { main } from '#cli/main';

const { stdout, stderr, env, argv } = process;

// `wf tail | head` closes our output early; that is no fault.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const around: Surroundings = {
  out: (line) => stdout.write(`${line}\n`),
  note: (line) => stderr.write(`${line}\n`),
  env,
  cwd: process.cwd(),
  colours: Boolean(stdout.isTTY) && !env.NO_COLOR,
};

process.exitCode = await main(argv.slice(2), around);
