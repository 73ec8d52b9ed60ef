/** The counted run of a workload: the same bundle with its bindings wrapped, not timed. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { meteredRegion } from '../meter/bundle.ts';
import type { Counts } from '../meter/counts.ts';
import type { Counterpart } from './counterpart-process.ts';
import { type Plan, session } from './session.ts';

/** Counts of exactly `executions` executions, taken at rest before and after. */
export async function count(plan: Plan & { executions: number }, counterpart: Counterpart): Promise<Counts> {
  const script = plan.script && (await meteredRegion(plan.script, join(mkdtempSync(join(plan.root, 'metered-')), 'bundle')));
  return session({ ...plan, script, metered: true }, counterpart, async ({ url, run, rest }) => {
    const meter = new URL('/.meter', url);
    await run(16);
    await rest();
    await fetch(meter, { method: 'DELETE' });
    await run(plan.executions);
    await rest();
    const counts = (await (await fetch(meter)).json()) as Counts;
    if (counts.d1Uncounted > 0) throw new Error(`${counts.d1Uncounted} statements wrote rows that could not be counted.`);
    return counts;
  });
}
