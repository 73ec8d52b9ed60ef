/** The tables that `npm run bench` prints. */
import type { Share } from './breakdown.ts';
import type { Part } from './profile/parts.ts';
import { CONTESTANTS, type Commits, type Runner, type Summary, type WorkloadSummary } from './summary.ts';
import type { Verdict } from './targets.ts';

const NAMES: Record<Runner, string> = { floor: 'bare object', 'cf-workflows': 'Cloudflare Workflows', product: 'this platform' };

export interface Profiled {
  workload: string;
  parts: Part[];
}

export interface Reported {
  summary: Summary;
  breakdowns: { workload: string; shares: Share[] }[];
  profiled: Profiled[];
  commits: Commits[];
  targets: Verdict[];
}

export function report({ summary, breakdowns, profiled, commits, targets }: Reported): string {
  return [
    ...summary.workloads.map(workloadTable),
    ...breakdowns.map(breakdownTable),
    ...profiled.map(profileTable),
    commitTable(commits),
    targetTable(targets),
  ].join('\n\n');
}

function breakdownTable({ workload, shares }: { workload: string; shares: Share[] }): string {
  const total = { time: 0, cpu: 0 };
  const rows = shares.map(({ part, time, cpu }) => {
    total.time += time;
    total.cpu += cpu;
    return [part, time.toFixed(2), cpu.toFixed(2)];
  });
  rows.push(['an execution', total.time.toFixed(2), total.cpu.toFixed(2)]);
  return `${workload}, where the time goes: in executions of the bare object\n${table([['', 'time', 'CPU'], ...rows])}`;
}

export function profileTable({ workload, parts }: Profiled): string {
  const total = parts.reduce((sum, { us }) => sum + us, 0);
  const rows = parts.filter(({ us }) => us / total >= 0.005).map(({ part, us }) => [part, us.toFixed(0), `${((us / total) * 100).toFixed(1)} %`]);
  return `${workload}, CPU time of the Worker's isolate: sampled, so that the shares count\n${table([['', 'µs', 'share'], ...rows])}`;
}

function commitTable(commits: Commits[]): string {
  const rows = commits.map(({ workload, load, turns, p50, p95 }) => [`${workload} ${load}`, String(turns), p50.toFixed(0), p95.toFixed(0)]);
  return `Commit of a turn in the object, ms\n${table([['', 'turns', 'p50', 'p95'], ...rows])}`;
}

function workloadTable(workload: WorkloadSummary): string {
  const head = [
    '',
    'per s',
    'of floor',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'CPU s/1000',
    'of floor',
    'KiB/1',
    'rows',
    'obj. req.',
    'queue op.',
    '$/million',
    '$/month kept',
  ];
  const rows = CONTESTANTS.flatMap((name) => {
    const runner = workload[name];
    if (!runner) return [];
    const bill = name === 'cf-workflows' ? undefined : workload.bill[name]?.quiet;
    const money = workload.money[name];
    const { median, ofFloor, disk } = runner;
    return [
      [
        NAMES[name],
        median.perSecond.toFixed(0),
        ofFloor.perSecond.toFixed(2),
        median.p50.toFixed(1),
        median.p95.toFixed(1),
        median.p99.toFixed(1),
        median.cpu.toFixed(2),
        ofFloor.cpu.toFixed(2),
        (disk / 1024).toFixed(1),
        short(bill?.rowsWritten),
        short(bill?.objectRequests),
        short(bill?.queueOperations),
        money ? money.running.toFixed(2) : '-',
        money ? money.storageMonth.toFixed(2) : '-',
      ],
    ];
  });
  return `${workload.name}: ${workload.title}\n${table([head, ...rows])}`;
}

function targetTable(targets: Verdict[]): string {
  const rows = targets.map(({ target, wanted, seen, met }) => [target, wanted, seen, met ? 'met' : 'MISSED']);
  return `Targets\n${table([['', 'wanted', 'seen', ''], ...rows])}`;
}

function short(value: number | undefined): string {
  return value === undefined ? '-' : String(Number(value.toFixed(2)));
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')).join('\n');
}
