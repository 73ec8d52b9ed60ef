/**
 * `npm run bench -- soak`: the whole platform, router and two regions, under a steady stream of starts of many companies,
 * for minutes. No error, no execution lost (each answered start is in the index), memory flat; and how fast it was, beside
 * the machine's floor at the same rate of arrivals.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startPlatform } from '../../scripts/local/platform.mjs';
import { ORDER } from '../calls.ts';
import type { ArrivalsOrder, ArrivalsResult } from '../harness/arrivals.ts';
import { startChild } from '../harness/channel.ts';
import { startContestant } from '../harness/contestants.ts';
import { residentBytes } from '../harness/processes.ts';
import { caller, documentOf, keyed } from '../harness/region.ts';
import { comeToRest } from '../harness/session.ts';
import { median } from '../harness/statistics.ts';
import { measureKept } from './kept.ts';

export interface SoakOrder {
  /** Starts a minute, over all companies. */
  perMinute: number;
  tenants: number;
  ms: number;
  /** How long starts come at the same rate before anything is measured. */
  warmMs: number;
  root: string;
}

export interface SoakResult {
  sent: number;
  seconds: number;
  answers: ArrivalsResult['answers'];
  repeated: ArrivalsResult['repeated'];
  problems: ArrivalsResult['problems'];
  failure?: string;
  latency: ArrivalsResult['latency'];
  floor: ArrivalsResult['latency'];
  /** What the local runtime keeps of each alarm that is set, KB; an execution that is over has one until it is archived. */
  alarmKeepsKB: number;
  /** Answered starts that are not in the index as completed, by company. */
  lost: { [tenant: string]: number };
  /** Resident memory by process, MB: in the first quarter, in the last, and in the last had only alarms come in between. */
  memory: { [name: string]: { early: number; late: number; floor: number } };
  targets: { target: string; wanted: string; seen: string; met: boolean }[];
}

const REGIONS = ['us', 'eu'] as const;
/** Longest page of the list of executions. */
const PAGE = 200;
const SAMPLE_EVERY_MS = 2000;
const P95_MS = 200;
/** Of the floor's p95, where the machine is too slow for the other. */
const OF_FLOOR = 1.5;
const MOST_GROWTH = 1.15;
/** A sender wants each start to count. */
const MOST_SENDS = 4;
const FLOOR_MS = 20_000;
/** From the middle of the first quarter to the middle of the last. */
const BETWEEN = 0.75;

export async function runSoak(order: SoakOrder, say: (line: string) => void): Promise<SoakResult> {
  const { perMinute, ms, warmMs, root } = order;
  const stateDir = mkdtempSync(join(root, 'soak-'));
  const secrets = { ADMIN_API_KEY: randomBytes(32).toString('base64url'), SESSION_SECRET: randomBytes(32).toString('base64url') };
  const platform = await startPlatform({ port: 0, stateDir, secrets, pages: false, onError: (line) => process.stderr.write(`${line}\n`) });
  const load = startChild('./arrivals.ts');
  try {
    const tenants = await makeTenants(platform, order.tenants);
    const urls = tenants.map((tenant) => `${platform.origin}/in/${tenant}/bench-w1/run`);
    const run = (duration: number, rate: number) =>
      load.ask<ArrivalsResult>({
        urls,
        body: JSON.stringify(ORDER),
        perSecond: rate,
        ms: duration,
        connections: 128,
        sends: MOST_SENDS,
      } satisfies ArrivalsOrder);
    const warm = await run(warmMs, perMinute / 60);
    say(`${tenants.length} companies in ${REGIONS.length} regions, warm: ${warm.sent} starts.`);
    const watch = watchMemory({ us: () => platform.regions.us.pid, eu: () => platform.regions.eu.pid, router: () => platform.router.pid });
    const begin = performance.now();
    const result = await run(ms, perMinute / 60);
    const seconds = (performance.now() - begin) / 1000;
    const grown = watch.end();
    say(`${result.sent} starts in ${seconds.toFixed(0)} s; counting what is in the index …`);
    for (const region of REGIONS) await comeToRest(platform.regions[region].pid!, async () => true);
    const lost = await countLost(platform, tenants, (url) => (warm.good[url] ?? 0) + (result.good[url] ?? 0));
    await platform.stop();
    const floor = await measureFloor({ perMinute, ms, root });
    const alarmKeepsKB = await measureKept({ stateDir: mkdtempSync(join(root, 'soak-kept-')), ms });
    const { sent, answers, repeated, problems, failure, latency } = result;
    const memory = Object.fromEntries(
      Object.entries(grown).map(([name, { early, late }]) => {
        const alarms = name === 'router' ? 0 : (sent / REGIONS.length) * BETWEEN;
        return [name, { early, late, floor: Math.round(early + (alarms * alarmKeepsKB) / 1024) }];
      }),
    );
    const more = { floor, alarmKeepsKB, ...(failure === undefined ? {} : { failure }) };
    const seen = { sent, seconds, answers, repeated, problems, ...more, latency, lost, memory };
    return { ...seen, targets: targetsOf(seen) };
  } finally {
    await load.end();
    await platform.stop();
  }
}

type Access = { origin: string; adminKey: string };

async function makeTenants({ origin, adminKey }: Access, count: number): Promise<string[]> {
  const api = caller(`${origin}/api/v1`, adminKey);
  const tenants = Array.from({ length: count }, (_, index) => `soak-${index + 1}`);
  for (const [index, slug] of tenants.entries()) {
    await api('POST', '/companies', JSON.stringify({ name: slug, slug, region: REGIONS[index % REGIONS.length] }));
    await api('POST', '/workflows?deploy=production', keyed(documentOf('W1')), 'application/yaml', { 'x-tenant': slug });
  }
  return tenants;
}

/** The list of each company, page by page, beside what was answered. */
async function countLost({ origin, adminKey }: Access, tenants: string[], answered: (url: string) => number): Promise<SoakResult['lost']> {
  const api = caller(`${origin}/api/v1`, adminKey);
  const lost: SoakResult['lost'] = {};
  for (const tenant of tenants) {
    let completed = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = `limit=${PAGE}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: { items: { status: string }[]; next_cursor: string | null } = await api('GET', `/executions?${query}`, undefined, undefined, {
        'x-tenant': tenant,
      });
      completed += page.items.filter(({ status }) => status === 'completed').length;
      cursor = page.next_cursor;
    }
    const missing = answered(`${origin}/in/${tenant}/bench-w1/run`) - completed;
    if (missing !== 0) lost[tenant] = missing;
  }
  return lost;
}

function watchMemory(processes: { [name: string]: () => number | undefined }) {
  const samples: { [name: string]: number[] } = Object.fromEntries(Object.keys(processes).map((name) => [name, []]));
  const timer = setInterval(() => {
    for (const [name, pidOf] of Object.entries(processes)) {
      const pid = pidOf();
      if (pid !== undefined) samples[name]!.push(residentBytes(pid) / 2 ** 20);
    }
  }, SAMPLE_EVERY_MS);
  return {
    /** Medians of the first and of the last quarter. */
    end(): { [name: string]: { early: number; late: number } } {
      clearInterval(timer);
      const quarter = (all: number[], which: number) => median(all.slice(Math.floor((all.length * which) / 4), Math.floor((all.length * (which + 1)) / 4)));
      return Object.fromEntries(
        Object.entries(samples).map(([name, all]) => [name, { early: Math.round(quarter(all, 0)), late: Math.round(quarter(all, 3)) }]),
      );
    },
  };
}

/** The least time that an execution of its own can take on this machine, at the same rate of arrivals. */
async function measureFloor({ perMinute, ms, root }: { perMinute: number; ms: number; root: string }): Promise<ArrivalsResult['latency']> {
  const floor = await startContestant({ contestant: 'floor', stateDir: mkdtempSync(join(root, 'soak-floor-')), counterpart: '' });
  const load = startChild('./arrivals.ts');
  try {
    const order = { urls: [floor.urlOf('W1')], body: JSON.stringify(ORDER), perSecond: perMinute / 60, connections: 128 };
    const timed = Math.min(FLOOR_MS, ms);
    await load.ask<ArrivalsResult>({ ...order, ms: timed / 4 });
    return (await load.ask<ArrivalsResult>({ ...order, ms: timed })).latency;
  } finally {
    await load.end();
    await floor.dispose();
  }
}

function targetsOf({ sent, answers, latency, floor, lost, memory }: Omit<SoakResult, 'targets'>): SoakResult['targets'] {
  const errors = sent - (answers[200] ?? 0);
  const missing = Object.values(lost).reduce((sum, count) => sum + Math.abs(count), 0);
  const grown = Math.max(...Object.values(memory).map(({ late, floor }) => late / floor));
  const most = Math.max(P95_MS, floor.p95 * OF_FLOOR);
  return [
    { target: 'errors', wanted: '0', seen: String(errors), met: errors === 0 },
    { target: 'executions too few or too many in the index', wanted: '0', seen: String(missing), met: missing === 0 },
    { target: 'p95, ms', wanted: `< ${P95_MS}, or ${OF_FLOOR} of the floor's ${floor.p95.toFixed(0)}`, seen: latency.p95.toFixed(0), met: latency.p95 < most },
    {
      target: 'memory, last quarter of the first and what the alarms that were set hold',
      wanted: `< ${MOST_GROWTH}`,
      seen: grown.toFixed(2),
      met: grown < MOST_GROWTH,
    },
  ];
}

export function soakTable({ sent, seconds, latency, floor, alarmKeepsKB, memory, targets, repeated, problems, failure }: SoakResult): string {
  const row = (name: string, { p50, p95, p99 }: SoakResult['latency']) =>
    `${name.padEnd(12)}${[p50, p95, p99].map((value) => value.toFixed(1).padStart(9)).join('')}`;
  return [
    `${sent} starts in ${seconds.toFixed(0)} s, ${((sent / seconds) * 60).toFixed(0)} a minute`,
    `${''.padEnd(12)}${['p50 ms', 'p95 ms', 'p99 ms'].map((head) => head.padStart(9)).join('')}`,
    row('platform', latency),
    row('floor', floor),
    ...Object.entries(memory).map(
      ([name, { early, late, floor }]) =>
        `memory of ${name}: ${early} MB in the first quarter, ${late} MB in the last (${floor} had nothing but alarms come in between)`,
    ),
    `The local runtime keeps ${alarmKeepsKB.toFixed(1)} KB of each alarm that is set.`,
    ...Object.entries(repeated).map(([code, count]) => `${count} starts sent again under the same key: ${code}`),
    ...Object.entries(problems).map(([code, count]) => `${count} answers ${code}`),
    ...(failure === undefined ? [] : [`First failure: ${failure}`]),
    ...targets.map(({ target, wanted, seen, met }) => `${met ? 'met   ' : 'MISSED'}  ${target}: wanted ${wanted}, seen ${seen}`),
  ].join('\n');
}
