/**
 * Brings a fresh clone to where the other scripts can run: Node and npm checked, packages installed, and the pinned
 * Node found. Plain Node 20, no packages: this file runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { statOf } from './processes.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const MODULES = join(ROOT, 'node_modules');
/** Hash of the lock file that the installed packages belong to. */
const MARKER = join(MODULES, '.installed-lock');
const OLDEST_NODE = 20;
/** wrangler and miniflare need this one; it comes as the package `node`. */
const RUNTIME_NODE = [22, 12];

/** Installs what is missing. Ends the process with a message when that is not possible. */
export function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) fail(`Node ${OLDEST_NODE} or newer is needed; this is ${process.version}.`);
  const lock = join(ROOT, 'package-lock.json');
  const hash = existsSync(lock) ? createHash('sha256').update(readFileSync(lock)).digest('hex') : '';
  if (isInstalled(lock, hash)) return;
  console.log('Installing packages. The first time this takes a minute or two …');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // Strictly by the lock file; and if a registry lacks a file of another system, which makes that fail, as near to it as possible.
  const attempts = hash
    ? [
        ['ci', ...quiet],
        ['install', '--no-save', ...quiet],
      ]
    : [['install', ...quiet]];
  const failures = [];
  for (const attempt of attempts) {
    const done = npm(attempt);
    if (done.error) fail('npm could not be run. Install npm, then try again.');
    if (done.status === 0) break;
    failures.push(`${done.stdout}${done.stderr}`.trim());
  }
  if (failures.length === attempts.length) fail(`${failures.at(-1)}\nThe packages could not be installed. Check the network connection, then try again.`);
  writeFileSync(MARKER, hash);
}

/** The Node that the platform's tools run on. */
export function runtimeNode() {
  const pinned = [join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'), join(MODULES, '.bin', 'node')];
  const found = pinned.find((path) => existsSync(path));
  if (found) return found;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > RUNTIME_NODE[0] || (major === RUNTIME_NODE[0] && minor >= RUNTIME_NODE[1])) return process.execPath;
  return fail(
    `The package "node" has no program in it, so its install script did not run, and this Node (${process.version}) is too old for the tools.\n` +
      'Allow install scripts (npm config set ignore-scripts false), remove node_modules, and try again.',
  );
}

/** Environment in which package programs and the pinned Node come first. */
export function toolEnvironment(extra = {}) {
  const path = [dirname(runtimeNode()), join(MODULES, '.bin'), process.env.PATH].filter(Boolean).join(delimiter);
  return { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', NO_UPDATE_NOTIFIER: '1', ...extra, PATH: path };
}

/**
 * Runs a script of this repository under the pinned Node and answers its exit code. It is told of our end by the
 * channel between us, also when that end is a kill -9; when npm started us, npm's end is ours.
 */
export function runUnderRuntimeNode(script, args) {
  // `node:sqlite`, which reads the local state, calls itself experimental at every start.
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(runtimeNode(), [...flags, join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: toolEnvironment(),
  });
  // Ctrl-C reaches the whole group by itself; a plain SIGTERM only us.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGTERM'));
  if (process.env.npm_lifecycle_event) {
    const ancestors = npmAncestors();
    setInterval(() => npmAncestors() !== ancestors && child.kill('SIGTERM'), 500).unref();
  }
  return new Promise((resolve) => {
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
  });
}

/** Our parent and its parent: npm is one of them, for between us there may be the shell that it runs scripts with. */
function npmAncestors() {
  return `${process.ppid} ${statOf(process.ppid)?.parent}`;
}

function isInstalled(lock, hash) {
  const hidden = join(MODULES, '.package-lock.json');
  if (!hash || !existsSync(hidden)) return false;
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === hash) return true;
  // Installed by hand, and since then the lock file has not changed.
  return statSync(hidden).mtimeMs >= statSync(lock).mtimeMs;
}

function npm(args) {
  const path = process.env.npm_execpath;
  const options = { cwd: ROOT, encoding: 'utf8' };
  if (path?.endsWith('.js')) return spawnSync(process.execPath, [path, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}
