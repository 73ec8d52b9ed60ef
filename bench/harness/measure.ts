/**
 * One measurement: a contestant warmed up, loaded, left to come to rest. CPU time is taken at rest before the load and
 * at rest after it: what a contestant puts off until after its answer is counted with the rest.
 */
import type { Counterpart } from './counterpart-process.ts';
import type { LoadResult } from './load.ts';
import { cpuSeconds } from './processes.ts';
import { type Plan, session } from './session.ts';

export interface Measurement {
  executions: number;
  perSecond: number;
  latency: LoadResult['latency'];
  /** CPU seconds of the runtime per 1,000 executions. */
  cpu: number;
  /** The same of the Node process beside it. */
  cpuHost: number;
}

export function measure(plan: Plan & { warmUp: number; executions: number }, counterpart: Counterpart): Promise<Measurement> {
  return session(plan, counterpart, async ({ pid, hostPid, run, rest }) => {
    await run(plan.warmUp);
    await rest();
    const before = { cpu: cpuSeconds(pid), host: cpuSeconds(hostPid) };
    const { executions, seconds, latency } = await run(plan.executions);
    await rest();
    const eachThousand = (total: number) => (total / executions) * 1000;
    return {
      executions,
      perSecond: executions / seconds,
      latency,
      cpu: eachThousand(cpuSeconds(pid) - before.cpu),
      cpuHost: eachThousand(cpuSeconds(hostPid) - before.host),
    };
  });
}
