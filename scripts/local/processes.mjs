/**
 * The runtime's processes: found, remembered, and ended with the process that started them, however that one ends.
 *
 * Two nets: a guard, a shell that sees our end by its closed input and ends the runtimes at once; and a record on
 * disk, by which the next start ends whatever is left all the same.
 *
 * Invariant: a process is ended only when it is one that we recorded and it still is a workerd; a number that the
 * system has given to something else in the meantime is left alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether the process runs. One that has ended but was not yet collected by its parent does not. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return statOf(pid)?.state !== 'Z';
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The command line of a process, '' when there is none. */
export function commandOf(pid) {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** The workerd child of `parent` that was told to listen on `port`. */
export async function listeningChild(parent, port) {
  const found = childrenOf(parent).find((pid) => {
    const command = commandOf(pid);
    return command.includes('workerd') && command.includes(`127.0.0.1:${port}`);
  });
  if (!found) throw new Error(`The runtime for port ${port} is not running.`);
  return found;
}

function childrenOf(parent) {
  if (existsSync('/proc/self/stat')) {
    const pids = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    return pids.filter((pid) => statOf(pid)?.parent === parent);
  }
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid);
}

/** State and parent of a process, where the system has /proc. */
export function statOf(pid) {
  try {
    // The second field is the program's name in brackets and may itself hold spaces.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Writes down which processes this start has, for the next one. */
export function recordRun(path, run) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(run, null, 2)}\n`);
}

export function forgetRun(path) {
  rmSync(path, { force: true });
}

export function lastRun(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Ends what an earlier start left behind. The state folder can be opened once this has resolved. */
export async function endLeftovers(path) {
  const run = lastRun(path);
  if (!run) return;
  const left = run.runtimes.map((runtime) => runtime.pid).filter((pid) => isAlive(pid) && commandOf(pid).includes('workerd'));
  for (const pid of left) process.kill(pid, 'SIGKILL');
  await ended(left);
  forgetRun(path);
}

/** Once none of them runs any more, or after five seconds. */
export async function ended(pids) {
  for (let waited = 0; pids.some(isAlive) && waited < 5_000; waited += 20) await pause(20);
}

/** The guard: `watch(pids)` says which processes end with us, an empty list that none does any more. */
export function startGuard() {
  if (process.platform === 'win32') return { watch() {} };
  const script = 'pids=; while read -r line; do pids=$line; done; for pid in $pids; do kill -9 "$pid"; done';
  const shell = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell there is still the record.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  shell.stdin.unref();
  return { watch: (pids) => shell.stdin.write(`${pids.join(' ')}\n`) };
}
