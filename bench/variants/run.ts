/**
 * What each habit of `variants.ts` costs, as a ratio to the floor: all of them with `--variants`, and a few that add up
 * to what the product does in every run (`breakdown.ts`).
 *
 * All variants share one runtime and take turns in short batches in changing order, for a ratio between neighbours
 * stands when the machine as a whole becomes slower or faster; the median over the rounds is given.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ORDER, type Workload, type WorkloadName } from '../calls.ts';
import { startChild } from '../harness/channel.ts';
import type { StartOrder } from '../harness/contestants.ts';
import { startCounterpart } from '../harness/counterpart-process.ts';
import type { Started } from '../harness/host.ts';
import type { LoadOrder, LoadResult } from '../harness/load.ts';
import { cpuSeconds } from '../harness/processes.ts';
import { checkCalls, comeToRest } from '../harness/session.ts';
import { median } from '../harness/statistics.ts';
import { VARIANTS, type VariantName } from './variants.ts';

export interface VariantResult {
  workload: WorkloadName;
  variant: VariantName;
  what: string;
  /** Executions/s and CPU per 1,000, as ratios to the floor's of the same round. */
  throughput: number;
  cpu: number;
  /** Median latency as a ratio to the floor's. */
  latency: number;
}

export interface VariantPlan {
  workloads: readonly Workload[];
  /** All that mean something for the workload if absent. */
  names?: readonly VariantName[];
  rounds: number;
  /** Executions of one batch. */
  batch: number;
  clients: number;
  /** Folder in which the state lies. */
  root: string;
}

export async function runVariants(
  { workloads, names: wanted, rounds, batch, clients, root }: VariantPlan,
  say: (line: string) => void,
): Promise<VariantResult[]> {
  const stateDir = mkdtempSync(join(root, 'variants-'));
  const counterpart = await startCounterpart();
  const host = startChild('./host.ts');
  const load = startChild('./load.ts');
  const results: VariantResult[] = [];
  try {
    const { pid, urls } = await host.ask<Started>({ contestant: 'variants', stateDir, counterpart: counterpart.origin } satisfies StartOrder);
    for (const workload of workloads) {
      // Without calls, a row before each call is no row at all.
      const names = (Object.keys(VARIANTS) as VariantName[]).filter(
        (name) => (name === 'floor' || !wanted || wanted.includes(name)) && (workload.calls.length > 0 || VARIANTS[name].rows === 'first'),
      );
      const run = async (name: VariantName, executions: number) => {
        const order: LoadOrder = { url: `${urls[workload.name]}/${name}`, body: JSON.stringify(ORDER), clients, executions, status: 200, within: 60_000 };
        const cpu = cpuSeconds(pid);
        const result = await load.ask<LoadResult>(order);
        await checkCalls(workload, result, counterpart);
        await comeToRest(pid, async () => true);
        return { perSecond: result.executions / result.seconds, p50: result.latency.p50, cpu: (cpuSeconds(pid) - cpu) / result.executions };
      };
      for (const name of names) await run(name, clients);
      const rows = new Map<VariantName, { throughput: number; cpu: number; latency: number }[]>(names.map((name) => [name, []]));
      for (let round = 0; round < rounds; round++) {
        const others = names.filter((name) => name !== 'floor');
        const order = [...others.slice(round % others.length), ...others.slice(0, round % others.length)];
        let before = await run('floor', batch);
        say(`${workload.name} round ${round + 1}: floor ${before.perSecond.toFixed(0)}/s, ${(before.cpu * 1000).toFixed(2)} s CPU per 1,000`);
        for (const [index, name] of order.entries()) {
          const one = await run(name, batch);
          // Between two floors, so that a drift of the machine is halved.
          const after = index % 2 === 1 || index === order.length - 1 ? await run('floor', batch) : before;
          rows.get(name)!.push({
            throughput: one.perSecond / ((before.perSecond + after.perSecond) / 2),
            cpu: one.cpu / ((before.cpu + after.cpu) / 2),
            latency: one.p50 / ((before.p50 + after.p50) / 2),
          });
          before = after;
        }
      }
      for (const [variant, ratios] of rows) {
        if (variant === 'floor') continue;
        const of = (key: 'throughput' | 'cpu' | 'latency') => median(ratios.map((ratio) => ratio[key]));
        results.push({ workload: workload.name, variant, what: VARIANTS[variant].what, throughput: of('throughput'), cpu: of('cpu'), latency: of('latency') });
      }
    }
  } finally {
    await Promise.all([host.end(), load.end(), counterpart.end()]);
  }
  return results;
}
