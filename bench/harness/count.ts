/** The counted run of a workload: the same bundle with its bindings wrapped, not timed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORDER, type Workload } from '../calls.ts';
import { meteredRegion } from '../meter/bundle.ts';
import type { Counts } from '../meter/counts.ts';
import { startChild } from './channel.ts';
import type { StartOrder } from './contestants.ts';
import type { Started } from './host.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { type Counterpart, checkCalls, rest } from './measure.ts';

export interface CountPlan {
  contestant: 'floor' | 'product';
  workload: Workload;
  clients: number;
  executions: number;
  /** Of `product`: main module of the region's bundle. */
  script?: string;
}

/** Counts of exactly `executions` executions, taken at rest before and after. */
export async function count(plan: CountPlan, counterpart: Counterpart): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-bench-'));
  const host = startChild('./host.ts');
  const load = startChild('./load.ts');
  try {
    const stateDir = join(folder, 'state');
    mkdirSync(stateDir);
    const order: StartOrder = { contestant: plan.contestant, stateDir, counterpart: counterpart.origin, metered: true };
    if (plan.script) order.script = await meteredRegion(plan.script, join(folder, 'bundle'));
    const { pid, urls } = await host.ask<Started>(order);
    const url = urls[plan.workload.name]!;
    const meter = new URL('/.meter', url);
    const run = async (executions: number, clients: number) => {
      const status = plan.contestant === 'product' ? plan.workload.productStatus : 200;
      const result = await load.ask<LoadResult>({ url, body: JSON.stringify(ORDER), clients, executions, status, within: 60_000 } satisfies LoadOrder);
      await checkCalls(plan.workload, result, counterpart);
    };
    await run(16, 1);
    await rest(host, pid, 16);
    await fetch(meter, { method: 'DELETE' });
    await run(plan.executions, plan.clients);
    await rest(host, pid, 16 + plan.executions);
    const counts = (await (await fetch(meter)).json()) as Counts;
    if (counts.d1Uncounted > 0) throw new Error(`${counts.d1Uncounted} statements wrote rows that could not be counted.`);
    return counts;
  } finally {
    await Promise.all([host.end(), load.end()]);
    rmSync(folder, { recursive: true, force: true });
  }
}
