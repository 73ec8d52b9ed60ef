/** The tables that `npm run bench` prints. */
import { CONTESTANTS, type Runner, type Summary, type WorkloadSummary } from './summary.ts';
import { verdicts } from './targets.ts';

const NAMES: Record<Runner, string> = { floor: 'bare object', 'cf-workflows': 'Cloudflare Workflows', product: 'this platform' };

export function report(summary: Summary): string {
  return [...summary.workloads.map(workloadTable), targetTable(summary)].join('\n\n');
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

function targetTable(summary: Summary): string {
  const rows = verdicts(summary).map(({ target, wanted, seen, met }) => [target, wanted, seen, met ? 'met' : 'MISSED']);
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
