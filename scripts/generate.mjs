/**
 * `npm run generate [-- --check]`: writes every file that is derived from the code: each `scripts/generate-*.ts` makes
 * its own. With `--check` nothing is written, and a file that is not up to date is a failure.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT, runtimeNode, toolEnvironment } from './local/install.mjs';

ensureInstalled();
const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const generators = readdirSync(join(ROOT, 'scripts'))
  .filter((name) => /^generate-.+\.ts$/.test(name))
  .sort();
let failed = false;
for (const generator of generators) {
  const done = spawnSync(runtimeNode(), [tsx, join(ROOT, 'scripts', generator), ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: toolEnvironment(),
  });
  failed ||= done.status !== 0;
}
process.exit(failed ? 1 : 0);
