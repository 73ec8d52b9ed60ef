/** What the product promises, as ratios within one run; and whether a run holds it. */
import type { WorkloadName } from './calls.ts';
import type { Commits, Summary } from './summary.ts';
import type { Views } from './views.ts';

export interface Verdict {
  target: string;
  wanted: string;
  seen: string;
  met: boolean;
}

const OF_FLOOR: Record<WorkloadName, number> = { W1: 0.8, W2: 0.8, W3: 0.7 };
const TIMES_WORKFLOWS = 3;
const CPU_OF_FLOOR = 2;
const W2_BYTES = 16 * 1024;
const ROWS: Partial<Record<WorkloadName, number>> = { W1: 6, W2: 12 };

const COMMIT_MS = 5;
const TIMELINE_MS = 50;
const PAGE_MS = 500;
const LIVE_MS = 100;

export function verdicts(summary: Summary, commits: Commits[], views: Views | undefined): Verdict[] {
  const quiet = commits.filter(({ load }) => load === 'quiet');
  return [
    ...ofWorkloads(summary),
    ...quiet.map(({ workload, p95 }) => verdict(`${workload} commit of a turn, p95, ms`, '<=', COMMIT_MS, p95)),
    verdict(`timeline of ${views?.timeline.events ?? '1,000'} events, p95, ms`, '<=', TIMELINE_MS, views?.timeline.p95),
    verdict('live message after its event, p95, ms', '<=', LIVE_MS, views?.live.p95),
    verdict(`page of ${views?.page?.steps ?? 50} steps, p95, ms`, '<=', PAGE_MS, views?.page?.p95),
  ];
}

function ofWorkloads(summary: Summary): Verdict[] {
  return summary.workloads.flatMap(({ name, product, bill }) => {
    const list: Verdict[] = [];
    const atLeast = (target: string, wanted: number, seen: number | undefined) => list.push(verdict(`${name} ${target}`, '>=', wanted, seen));
    const atMost = (target: string, wanted: number, seen: number | undefined) => list.push(verdict(`${name} ${target}`, '<=', wanted, seen));
    atLeast('executions/s, of the floor', OF_FLOOR[name], product?.ofFloor.perSecond);
    atLeast('executions/s, times Cloudflare Workflows', TIMES_WORKFLOWS, product?.ofWorkflows.perSecond);
    atMost('CPU, of the floor', CPU_OF_FLOOR, product?.ofFloor.cpu);
    if (name === 'W2') atMost('bytes on disk at rest', W2_BYTES, product?.disk);
    const rows = ROWS[name];
    if (rows !== undefined) atMost('rows written', rows, bill.product?.quiet.rowsWritten);
    return list;
  });
}

function verdict(target: string, sign: '>=' | '<=', wanted: number, seen = Number.NaN): Verdict {
  const text = Number.isNaN(seen) ? 'not measured' : seen >= 100 ? seen.toFixed(0) : seen.toFixed(2);
  return { target, wanted: `${sign} ${wanted}`, seen: text, met: sign === '>=' ? seen >= wanted : seen <= wanted };
}
