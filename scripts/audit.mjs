/**
 * `npm run audit`: known holes in the libraries that are shipped. Fails on a high or critical one. Without a network, or
 * where the registry does not offer it, it says so and passes.
 */
import { spawnSync } from 'node:child_process';
import { verdictOf } from './local/advisories.mjs';
import { ROOT } from './local/install.mjs';

const PATIENCE_MS = 60_000;

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  timeout: PATIENCE_MS,
  shell: process.platform === 'win32',
});
const { passed, lines } = verdictOf(stdout ?? '');
console.log(lines.join('\n'));
process.exitCode = passed ? 0 : 1;
