/**
 * `npm run wf -- COMMAND …`: the command line in `cli/`, under the pinned Node. Relative paths begin where npm was
 * called, not in this clone.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, fail, ROOT, runtimeNode, toolEnvironment } from './local/install.mjs';

ensureInstalled();
const calledFrom = process.env.npm_lifecycle_event === 'wf' ? process.env.INIT_CWD : undefined;
const child = spawn(runtimeNode(), ['--import', import.meta.resolve('tsx'), join(ROOT, 'cli', 'process.ts'), ...process.argv.slice(2)], {
  cwd: calledFrom ?? process.cwd(),
  stdio: 'inherit',
  env: toolEnvironment(),
});
// Ctrl-C reaches the whole group by itself; the others only us.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => fail(error.message));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
});
