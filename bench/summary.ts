/** Rounds become medians, and medians of ratios between neighbours of the same round. */
import { WORKLOADS, type WorkloadName } from './calls.ts';
import type { Disk } from './harness/disk.ts';
import type { Measurement } from './harness/measure.ts';
import { median, quantile } from './harness/statistics.ts';
import { type Bill, billOf, type Counts } from './meter/counts.ts';
import { type Money, moneyOf, workflowsMoney } from './prices.ts';

export const CONTESTANTS = ['floor', 'cf-workflows', 'product'] as const;
export type Runner = (typeof CONTESTANTS)[number];

/** One measurement of one round; without `measurement` it failed, and `failure` says how. */
export interface Sample {
  round: number;
  workload: WorkloadName;
  contestant: Runner;
  measurement?: Measurement;
  failure?: string;
}

/** A counted run: `quiet` one execution after the other, `busy` with all clients. */
export interface Counted {
  workload: WorkloadName;
  contestant: 'floor' | 'product';
  load: 'quiet' | 'busy';
  executions: number;
  counts: Counts;
}

/** Per execution. */
export interface Weighed {
  workload: WorkloadName;
  contestant: Runner;
  disk: Disk;
}

export interface Figures {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Seconds of the runtime per 1,000 executions. */
  cpu: number;
  /** The same of the Node process beside it. */
  cpuHost: number;
}

export interface RunnerSummary {
  median: Figures;
  /** Median over the rounds of the ratio to that contestant in the same round. */
  ofFloor: Figures;
  ofWorkflows: Figures;
  rounds: number;
  /** Bytes of an execution at rest. */
  disk: number;
}

export interface WorkloadSummary {
  name: WorkloadName;
  title: string;
  floor?: RunnerSummary;
  'cf-workflows'?: RunnerSummary;
  product?: RunnerSummary;
  bill: Partial<Record<'floor' | 'product', { quiet: Bill; busy?: Bill }>>;
  /** Dollars for a million. */
  money: Partial<Record<Runner, Money>>;
}

export interface Summary {
  workloads: WorkloadSummary[];
}

/** Times of a turn's commit in the object, ms. */
export interface Commits {
  workload: WorkloadName;
  load: Counted['load'];
  turns: number;
  p50: number;
  p95: number;
}

export function commitsOf(counted: Counted[]): Commits[] {
  return counted
    .filter(({ contestant }) => contestant === 'product')
    .map(({ workload, load, counts: { commitMs } }) => ({
      workload,
      load,
      turns: commitMs.length,
      p50: quantile(commitMs, 0.5),
      p95: quantile(commitMs, 0.95),
    }));
}

export function summarize(samples: Sample[], weighed: Weighed[], counted: Counted[]): Summary {
  return { workloads: WORKLOADS.map(({ name, title }) => ofWorkload(name, title, samples, weighed, counted)).filter((one) => one.floor || one.product) };
}

function ofWorkload(name: WorkloadName, title: string, samples: Sample[], weighed: Weighed[], counted: Counted[]): WorkloadSummary {
  const summary: WorkloadSummary = { name, title, bill: {}, money: {} };
  const roundsOf = (contestant: Runner) =>
    new Map(
      samples.filter((one) => one.workload === name && one.contestant === contestant && one.measurement).map((one) => [one.round, figuresOf(one.measurement!)]),
    );
  const floor = roundsOf('floor');
  const workflows = roundsOf('cf-workflows');
  for (const contestant of CONTESTANTS) {
    const own = roundsOf(contestant);
    if (own.size === 0) continue;
    const disk = weighed.find((one) => one.workload === name && one.contestant === contestant)?.disk.allocated ?? Number.NaN;
    summary[contestant] = { median: medians([...own.values()]), ofFloor: ratios(own, floor), ofWorkflows: ratios(own, workflows), rounds: own.size, disk };
  }
  for (const contestant of ['floor', 'product'] as const) {
    const of = (load: Counted['load']) => {
      const found = counted.find((one) => one.workload === name && one.contestant === contestant && one.load === load);
      return found && billOf(found.counts, found.executions);
    };
    const quiet = of('quiet');
    if (!quiet) continue;
    summary.bill[contestant] = { quiet, busy: of('busy') };
    const runner = summary[contestant];
    // Seconds per 1,000 are milliseconds of one.
    if (runner) summary.money[contestant] = moneyOf(quiet, runner.median.cpu, runner.disk);
  }
  const other = summary['cf-workflows'];
  if (other) summary.money['cf-workflows'] = workflowsMoney(other.median.cpu, other.disk);
  return summary;
}

function figuresOf({ perSecond, latency, cpu, cpuHost }: Measurement): Figures {
  return { perSecond, p50: latency.p50, p95: latency.p95, p99: latency.p99, cpu, cpuHost };
}

function medians(list: Figures[]): Figures {
  const of = (key: keyof Figures) => median(list.map((figures) => figures[key]));
  return { perSecond: of('perSecond'), p50: of('p50'), p95: of('p95'), p99: of('p99'), cpu: of('cpu'), cpuHost: of('cpuHost') };
}

function ratios(own: Map<number, Figures>, other: Map<number, Figures>): Figures {
  const pairs = [...own].flatMap(([round, figures]) => {
    const base = other.get(round);
    return base ? [Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, value / base[key as keyof Figures]])) as unknown as Figures] : [];
  });
  return medians(pairs);
}
