/**
 * Where the time goes: the bare object with one habit of the product after the other added to it, and at last the product
 * itself. Time of an execution, in floors: at full load it is the inverse of the throughput.
 */
import type { Workload, WorkloadName } from './calls.ts';
import type { Summary } from './summary.ts';
import { runVariants, type VariantPlan, type VariantResult } from './variants/run.ts';
import type { VariantName } from './variants/variants.ts';

export interface Share {
  part: string;
  /** Of an execution's time, in executions of the floor. */
  time: number;
  /** Of its CPU time, in the floor's. */
  cpu: number;
}

/** Each on top of the one before. Without calls there is nothing to commit before. */
const LADDER: readonly { variant: VariantName; withoutCalls?: VariantName; part: string }[] = [
  { variant: 'each', part: 'a commit before each call, and one at the end' },
  { variant: 'each-alarm', withoutCalls: 'alarm', part: 'the alarm: set with the first commit, deleted at the end' },
  { variant: 'each-alarm-queue', withoutCalls: 'alarm-queue', part: 'the index row: queue and consumer' },
];

export function runLadder(plan: Omit<VariantPlan, 'names'>, say: (line: string) => void): Promise<VariantResult[]> {
  const names = LADDER.flatMap(({ variant, withoutCalls }) => (withoutCalls ? [variant, withoutCalls] : [variant]));
  return runVariants({ ...plan, names }, say);
}

/** `undefined` where the product or a step of the ladder was not measured. */
export function breakdown(workload: Workload, ladder: readonly VariantResult[], summary: Summary): Share[] | undefined {
  const product = summary.workloads.find(({ name }) => name === workload.name)?.product?.ofFloor;
  if (!product || Number.isNaN(product.perSecond)) return undefined;
  const shares: Share[] = [{ part: 'the bare object, and the calls', time: 1, cpu: 1 }];
  let below = { time: 1, cpu: 1 };
  const add = (part: string, up: { time: number; cpu: number }) => {
    shares.push({ part, time: up.time - below.time, cpu: up.cpu - below.cpu });
    below = up;
  };
  for (const { variant, withoutCalls, part } of LADDER) {
    const name: VariantName | undefined = workload.calls.length > 0 ? variant : withoutCalls;
    if (name === undefined) continue;
    const found = ofVariant(ladder, workload.name, name);
    if (!found) return undefined;
    add(part, { time: 1 / found.throughput, cpu: found.cpu });
  }
  add('the rest: our own code, by its parts in the table below', { time: 1 / product.perSecond, cpu: product.cpu });
  return shares;
}

function ofVariant(ladder: readonly VariantResult[], workload: WorkloadName, variant: VariantName): VariantResult | undefined {
  return ladder.find((one) => one.workload === workload && one.variant === variant);
}
