/** Bytes on disk per execution, in a run of its own, for taking them deletes files (see `session.ts`). */
import type { Counterpart } from './counterpart-process.ts';
import { atRest, type Disk, diskUsage } from './disk.ts';
import { type Plan, session } from './session.ts';

export function weigh(plan: Plan & { executions: number }, counterpart: Counterpart): Promise<Disk> {
  return session(plan, counterpart, async ({ pid, stateDir, run, rest }) => {
    const usage = async () => {
      await run(plan.executions);
      await rest();
      return atRest(stateDir, pid, plan.root, diskUsage);
    };
    const before = await usage();
    const after = await usage();
    const each = (key: keyof Disk) => (after[key] - before[key]) / plan.executions;
    return { allocated: each('allocated'), length: each('length'), files: each('files') };
  });
}
