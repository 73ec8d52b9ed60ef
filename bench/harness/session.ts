/**
 * A contestant in a fresh folder, started to be asked for executions, and ended again.
 *
 * Invariants
 * 1. Nothing else of the bench runs meanwhile but the counterpart.
 * 2. An execution counts when it was answered with the expected status and the counterpart saw exactly the calls that
 *    the workload makes; anything else is an error.
 * 3. The folder stays until the whole bench is over: some file systems (ext4) are slow to make files for minutes after
 *    many were deleted, and the next contestant would pay for it.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../scripts/local/ports.mjs';
import { ORDER, type Workload } from '../calls.ts';
import { startChild } from './channel.ts';
import type { StartOrder } from './contestants.ts';
import type { Counterpart } from './counterpart-process.ts';
import type { Started } from './host.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { cpuSeconds } from './processes.ts';

export interface Plan {
  contestant: StartOrder['contestant'];
  workload: Workload;
  /** Of `product`: main module of the region's bundle. */
  script?: string;
  metered?: boolean;
  /** Of `product`: opens the runtime's inspector. */
  inspected?: boolean;
  clients: number;
  /** Folder in which the state lies, and stays. */
  root: string;
}

export interface Session {
  /** Of the runtime. */
  pid: number;
  /** Of the Node process beside it. */
  hostPid: number;
  stateDir: string;
  url: string;
  /** Of the runtime's inspector, where it was asked for. */
  inspectorPort?: number;
  run(executions: number): Promise<LoadResult>;
  /** Resolves when the runtime has nothing left to do, and every execution asked for so far is in the index where there is one. */
  rest(): Promise<void>;
}

/** Longest load, and longest way to rest, ms. */
const WITHIN = 60_000;
/** At rest: this long without a tick of CPU time. */
const QUIET_MS = 400;

export async function session<T>(plan: Plan, counterpart: Counterpart, work: (session: Session) => Promise<T>): Promise<T> {
  const { contestant, workload, script, metered, inspected, clients, root } = plan;
  const stateDir = join(mkdtempSync(join(root, `${workload.name}-${contestant}-`)), 'state');
  mkdirSync(stateDir);
  const host = startChild('./host.ts');
  const load = startChild('./load.ts');
  try {
    const inspectorPort = inspected ? await freePort() : undefined;
    const { pid, urls } = await host.ask<Started>({
      contestant,
      stateDir,
      counterpart: counterpart.origin,
      script,
      metered,
      inspectorPort,
    } satisfies StartOrder);
    const url = urls[workload.name]!;
    const status = contestant === 'product' ? workload.productStatus : 200;
    let asked = 0;
    const indexed = async () => (await host.ask<{ indexed?: number }>({ indexed: true })).indexed ?? asked;
    return await work({
      pid,
      hostPid: host.pid,
      stateDir,
      url,
      inspectorPort,
      async run(executions) {
        const result = await load.ask<LoadResult>({ url, body: JSON.stringify(ORDER), clients, executions, status, within: WITHIN } satisfies LoadOrder);
        await checkCalls(workload, result, counterpart);
        asked += result.executions;
        return result;
      },
      rest: () => comeToRest(pid, async () => (await indexed()) >= asked),
    });
  } finally {
    await Promise.all([host.end(), load.end()]);
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

/** `isDone` is asked once the runtime has become quiet. */
export async function comeToRest(pid: number, isDone: () => Promise<boolean>): Promise<void> {
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
      if (await isDone()) return;
      since = performance.now();
    }
  }
  throw new Error('The runtime did not come to rest.');
}
