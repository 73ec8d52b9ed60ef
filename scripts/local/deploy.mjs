/** Second half of `npm run deploy`, under the pinned Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildDashboard } from './build.mjs';
import { deployables, resourcesOf } from './deployables.mjs';
import { ROOT, toolEnvironment } from './install.mjs';

async function main() {
  const dryRun = process.argv.includes('--dry-run');
  const [env, ...more] = process.argv.slice(2).filter((argument) => argument !== '--dry-run');
  const known = deployables();
  if (!env || more.length > 0 || !known.includes(env)) throw new Error(`Usage: npm run deploy -- <${known.join('|')}> [--dry-run]`);

  const resources = resourcesOf(env);
  console.log(`Resources of ${env}:`);
  for (const { kind, name } of resources) console.log(`  ${kind.padEnd(7)} ${name}`);
  if (env !== 'router') await buildDashboard(console.log);
  if (dryRun) {
    console.log('To create them where they are missing:');
    for (const { create } of resources) console.log(`  ${create}`);
    return wrangler(['deploy', '--env', env, '--dry-run', '--outdir', join('build', 'deploy', env)]);
  }

  const missing = resources.filter((resource) => !exists(resource, env));
  const unnamed = resources.filter(({ placeholder }) => placeholder);
  if (missing.length > 0 || unnamed.length > 0) {
    const lines = missing.map(({ create }) => `  ${create}`);
    if (unnamed.length > 0)
      lines.push(`  then write the id of ${unnamed.map(({ name }) => name).join(', ')} into wrangler.toml, as database_id in [env.${env}]`);
    throw new Error(`Nothing was deployed. These are missing:\n${lines.join('\n')}`);
  }
  for (const { name } of resources.filter(({ kind }) => kind === 'd1')) wrangler(['d1', 'migrations', 'apply', name, '--env', env, '--remote']);
  return wrangler(['deploy', '--env', env]);
}

/** Secrets of a Worker that does not exist yet cannot be listed; then they are missing. */
function exists({ kind, name, jurisdiction }, env) {
  const list = {
    d1: ['d1', 'list', '--json'],
    r2: ['r2', 'bucket', 'list', ...(jurisdiction ? ['--jurisdiction', jurisdiction] : [])],
    queue: ['queues', 'info', name],
    secret: ['secret', 'list', '--env', env, '--format', 'json'],
  }[kind];
  const done = spawnSync('wrangler', list, { cwd: ROOT, encoding: 'utf8', env: toolEnvironment({ CI: '1', NO_COLOR: '1' }) });
  if (kind === 'queue') return done.status === 0;
  return done.status === 0 && new RegExp(`(^|[^\\w-])${name}($|[^\\w-])`, 'm').test(done.stdout);
}

function wrangler(args) {
  const done = spawnSync('wrangler', args, { cwd: ROOT, stdio: 'inherit', env: toolEnvironment(), shell: process.platform === 'win32' });
  if (done.status !== 0) throw new Error(`wrangler ${args.join(' ')} failed.`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
