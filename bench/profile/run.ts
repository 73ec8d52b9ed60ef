/**
 * Where the CPU time of the product's own isolate goes: a workload under the sampling profiler, in a run of its own, for
 * sampling slows what it watches. The shares are what counts, not the times.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Counterpart } from '../harness/counterpart-process.ts';
import { type Plan, session } from '../harness/session.ts';
import { type Part, partsOf } from './parts.ts';
import { samplerOf } from './sampler.ts';

/** The sampler keeps the process busy, so its rest cannot be seen: what is put off until after the answers has this long, ms. */
const SETTLE_MS = 1500;

export async function profile(plan: Plan & { script: string; warmUp: number; executions: number }, counterpart: Counterpart): Promise<Part[]> {
  return session({ ...plan, inspected: true }, counterpart, async ({ inspectorPort, run, rest }) => {
    await run(plan.warmUp);
    await rest();
    const sampler = await samplerOf(inspectorPort!, 'us');
    await sampler.start();
    await run(plan.executions);
    await pause(SETTLE_MS);
    return partsOf(await sampler.stop(), plan.script, plan.executions);
  });
}
