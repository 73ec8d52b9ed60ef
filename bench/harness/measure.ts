/**
 * One measurement: a contestant in a fresh folder, warmed up, loaded, left to come to rest.
 *
 * Invariants
 * 1. Nothing else of the bench runs meanwhile but the counterpart.
 * 2. CPU time and bytes on disk are taken at rest before the load and at rest after it: what a contestant puts off
 *    until after its answer is counted with the rest.
 * 3. An execution counts when it was answered with the expected status and the counterpart saw exactly the calls
 *    that the workload makes; anything else fails the measurement.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ORDER, type Workload } from '../calls.ts';
import { type Child, startChild } from './channel.ts';
import type { StartOrder } from './contestants.ts';
import { atRest, type Disk, diskUsage } from './disk.ts';
import type { Started } from './host.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { cpuSeconds } from './processes.ts';

export interface Plan {
  contestant: StartOrder['contestant'];
  workload: Workload;
  /** Of `product`: main module of the region's bundle. */
  script?: string;
  clients: number;
  executions: number;
  warmUp: number;
  /** Folder in which the state lies; the system's folder for temporary files if absent. */
  root?: string;
}

export interface Measurement {
  executions: number;
  perSecond: number;
  latency: LoadResult['latency'];
  /** CPU seconds of the runtime per 1,000 executions. */
  cpu: number;
  /** The same of the Node process beside it. */
  cpuHost: number;
  /** Bytes on disk per execution, as blocks set aside and as file lengths. */
  disk: Disk;
}

/** Longest load, and longest way to rest, ms. */
const WITHIN = 60_000;
/** At rest: this long without a tick of CPU time. */
const QUIET_MS = 400;

export interface Counterpart {
  origin: string;
  hits(): Promise<Record<string, number>>;
  end(): Promise<void>;
}

export async function startCounterpart(): Promise<Counterpart> {
  const child = startChild('./counterpart.ts');
  const { port } = await child.hear<{ port: number }>();
  const origin = `http://127.0.0.1:${port}`;
  return { origin, hits: async () => (await fetch(`${origin}/hits`)).json() as Promise<Record<string, number>>, end: () => child.end() };
}

export async function measure(plan: Plan, counterpart: Counterpart): Promise<Measurement> {
  const stateDir = mkdtempSync(join(plan.root ?? tmpdir(), 'workflow-bench-'));
  const host = startChild('./host.ts');
  const load = startChild('./load.ts');
  try {
    const order: StartOrder = { contestant: plan.contestant, stateDir, counterpart: counterpart.origin, script: plan.script };
    const { pid, urls } = await host.ask<Started>(order);
    const url = urls[plan.workload.name]!;
    const run = async (executions: number) => {
      const result = await load.ask<LoadResult>({
        url,
        body: JSON.stringify(ORDER),
        clients: plan.clients,
        executions,
        status: plan.contestant === 'product' ? plan.workload.productStatus : 200,
        within: WITHIN,
      } satisfies LoadOrder);
      await checkCalls(plan.workload, result, counterpart);
      return result;
    };
    await run(plan.warmUp);
    await rest(host, pid, plan.warmUp);
    const before = { cpu: cpuSeconds(pid), host: cpuSeconds(host.pid), disk: atRest(stateDir, pid, diskUsage) };
    const result = await run(plan.executions);
    await rest(host, pid, plan.warmUp + result.executions);
    const after = { cpu: cpuSeconds(pid), host: cpuSeconds(host.pid), disk: atRest(stateDir, pid, diskUsage) };
    const each = (total: number) => total / result.executions;
    return {
      executions: result.executions,
      perSecond: result.executions / result.seconds,
      latency: result.latency,
      cpu: each(after.cpu - before.cpu) * 1000,
      cpuHost: each(after.host - before.host) * 1000,
      disk: {
        allocated: each(after.disk.allocated - before.disk.allocated),
        length: each(after.disk.length - before.disk.length),
        files: each(after.disk.files - before.disk.files),
      },
    };
  } finally {
    await Promise.all([host.end(), load.end()]);
    rmSync(stateDir, { recursive: true, force: true });
    rmSync(`${stateDir}-logs`, { recursive: true, force: true });
  }
}

export async function checkCalls(
  { name, calls, compensations }: Workload,
  { executions, failures, failure }: LoadResult,
  counterpart: Counterpart,
): Promise<void> {
  if (failures > 0 || executions === 0) throw new Error(`${name}: ${failures} executions failed, the first with ${failure}`);
  const hits = await counterpart.hits();
  for (const { path } of [...calls, ...compensations]) {
    if (hits[path] !== executions) throw new Error(`${name}: ${executions} executions, but ${hits[path] ?? 0} calls of ${path}.`);
  }
}

/** Resolves when the runtime has nothing left to do, and every execution is in the index where there is one. */
export async function rest(host: Child, pid: number, executions: number): Promise<void> {
  const begin = performance.now();
  let used = cpuSeconds(pid);
  let since = performance.now();
  while (performance.now() - begin < WITHIN) {
    await pause(50);
    const now = cpuSeconds(pid);
    if (now !== used) {
      used = now;
      since = performance.now();
    } else if (performance.now() - since >= QUIET_MS) {
      const { indexed } = await host.ask<{ indexed?: number }>({ indexed: true });
      if (indexed === undefined || indexed >= executions) return;
      since = performance.now();
    }
  }
  throw new Error('The runtime did not come to rest.');
}
