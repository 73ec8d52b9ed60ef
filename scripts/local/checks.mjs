/** The static half of `npm run verify`. Output of a check is shown only when it fails. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard } from './build.mjs';
import { deployables } from './deployables.mjs';
import { ROOT, toolEnvironment } from './install.mjs';

const ROOMS = [
  'contracts',
  'engine',
  'portable',
  'trial',
  'language',
  'steps',
  'modules',
  'connectors',
  'storage',
  'durable-objects',
  'workers',
  'dashboard/src',
  'cli',
  'sdk',
  'examples',
  'bench',
];
/** Fewer files than this, and the import rules were checked on nothing. */
const FEWEST_MODULES = 100;

const dashboardScripts = JSON.parse(readFileSync(join(ROOT, 'dashboard', 'package.json'), 'utf8')).scripts ?? {};

const checks = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  {
    name: 'import rules',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...ROOMS.filter((room) => existsSync(join(ROOT, room)))],
    accept: (output) => Number(/\((\d+) modules/.exec(output)?.[1] ?? 0) >= FEWEST_MODULES,
  },
  { name: 'types', command: ['tsc', '-p', '.'] },
  ...(dashboardScripts.types ? [{ name: 'types of the dashboard', command: ['npm', 'run', 'types', '-w', 'dashboard', '--silent'] }] : []),
  { name: 'generated files', command: ['node', 'scripts/generate.mjs', '--check'] },
  ...deployables().map((env) => ({ name: `deploy of ${env} (dry run)`, command: ['node', 'scripts/deploy.mjs', env, '--dry-run'] })),
];

await buildDashboard(() => {});
let failed = 0;
for (const { name, command, accept = () => true } of checks) {
  const { code, output } = await run(command);
  const passed = code === 0 && accept(output);
  console.log(`${passed ? 'ok    ' : 'failed'} ${name}`);
  if (!passed) {
    failed++;
    console.log(`\n${output.trim()}\n`);
  }
}
console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, env: toolEnvironment({ CI: '1', NO_COLOR: '1' }), shell: process.platform === 'win32' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}
