/**
 * Builds what runs locally: the dashboard's files and the Workers' bundles, each only when its inputs have changed.
 *
 * The bundles come from `wrangler deploy --dry-run`, so what runs here is byte for byte what is deployed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, toolEnvironment } from './install.mjs';

const BUILD = join(ROOT, 'build');
const ASSETS = join(ROOT, 'dashboard', 'dist');
const NOT_SOURCES = new Set(['node_modules', 'dist', 'server', 'tmp', 'test', 'test-results']);

/** Builds the dashboard when its sources, or those it shares with the platform, have changed. */
export async function buildDashboard(say) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'dashboard', 'package.json'), 'utf8'));
  if (!manifest.scripts?.build) {
    mkdirSync(ASSETS, { recursive: true });
    say('The dashboard has no build script, so there are no pages.');
    return;
  }
  const hash = hashOf([...['dashboard', 'contracts', 'engine'].flatMap((folder) => filesBelow(join(ROOT, folder))), join(ROOT, 'package-lock.json')]);
  const stamp = join(BUILD, 'dashboard.stamp');
  if (existsSync(ASSETS) && readStamp(stamp) === hash) return;
  say('Building the dashboard …');
  await run('npm', ['run', 'build', '-w', 'dashboard', '--silent'], 'The dashboard could not be built.');
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(stamp, hash);
}

/**
 * The bundles of router, region and upstream: `{router, region, upstream}`, each the path of its main module.
 * Each is kept until a file that went into it changes.
 */
export async function buildWorkers(say) {
  const bundles = [
    { name: 'router', args: ['--env', 'router'] },
    // All regions run the same code; only their bindings differ.
    { name: 'region', args: ['--env', 'us'] },
    { name: 'upstream', args: ['--config', 'examples/upstream/wrangler.toml'] },
  ];
  const stale = bundles.filter(({ name }) => !isFresh(name));
  if (stale.length > 0) say('Building the Workers …');
  await Promise.all(stale.map(bundle));
  return Object.fromEntries(bundles.map(({ name }) => [name, join(BUILD, name, 'index.js')]));
}

async function bundle({ name, args }) {
  const out = join(BUILD, name);
  rmSync(out, { recursive: true, force: true });
  await run('wrangler', ['deploy', '--dry-run', '--outdir', out, '--metafile', ...args], `The Worker "${name}" could not be built.`);
  const inputs = inputsOf(name);
  writeFileSync(join(out, '.stamp'), hashOf(inputs));
}

function isFresh(name) {
  if (!existsSync(join(BUILD, name, 'index.js')) || !existsSync(join(BUILD, name, 'bundle-meta.json'))) return false;
  return readStamp(join(BUILD, name, '.stamp')) === hashOf(inputsOf(name));
}

/** Every file that went into the bundle, as esbuild's metafile tells, and the configurations. */
function inputsOf(name) {
  const meta = JSON.parse(readFileSync(join(BUILD, name, 'bundle-meta.json'), 'utf8'));
  const inputs = Object.keys(meta.inputs).map((path) => join(ROOT, path.replace(/^[a-z-]+:/, '')));
  return [...inputs, join(ROOT, 'wrangler.toml'), join(ROOT, 'package.json'), join(ROOT, 'package-lock.json')];
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(`${relative(ROOT, file)}\n`).update(existsSync(file) ? readFileSync(file) : 'absent');
  return hash.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_SOURCES.has(entry.name) || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Runs a program quietly; its output is shown only when it fails. */
function run(program, args, failure) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, env: toolEnvironment({ CI: '1', NO_COLOR: '1' }), shell: process.platform === 'win32' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new Error(`${failure}\n${error.message}`)));
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${failure}\n${output.trim()}`))));
  });
}
