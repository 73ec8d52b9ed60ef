/**
 * `npm run bench`: floor, Cloudflare Workflows and this platform, in the same run, in turns.
 *
 *   --quick            one short round: does it all still work
 *   --rounds <n>       rounds, 3 if absent
 *   --executions <n>   executions of one measurement, 500 if absent
 *   --only <names>     contestants, for example floor,product
 *   --workloads <names>  for example W1,W2
 *   --variants         what single habits cost on top of the floor, instead
 *   profile            where the CPU time of the product's own isolate goes, by parts of its code, instead
 *   soak               the whole platform under a stream of starts for minutes, instead
 *   --minutes <n>      of the soak, 10 if absent
 *   --warm-minutes <n> before them, at the same rate, 5 if absent
 *   --per-minute <n>   starts a minute of the soak, 10,000 if absent
 *   --tenants <n>      companies of the soak, 20 if absent
 *   bulkhead           what a company that floods does to another one, instead
 *   --scale <n>        of its rates, 1 if absent: 0.25 for a quarter, on a small or busy machine
 *   pages              what opening the main pages takes, beside an empty page, instead
 *   transforms         jq and JavaScript in the runtime, beside the same transform written by hand, instead
 *   --state <folder>   where state lies, for example on another disk
 *   --out <file>       where the results go, bench/results/latest.json if absent
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDashboard, buildWorkers } from '../scripts/local/build.mjs';
import { ROOT } from '../scripts/local/install.mjs';
import { breakdown, runLadder } from './breakdown.ts';
import { bulkheadTable, runBulkhead } from './bulkhead/run.ts';
import { WORKLOADS } from './calls.ts';
import { copyBundle } from './harness/bundle.ts';
import { count } from './harness/count.ts';
import { type Counterpart, startCounterpart } from './harness/counterpart-process.ts';
import { measure } from './harness/measure.ts';
import { median } from './harness/statistics.ts';
import { weigh } from './harness/weigh.ts';
import { pagesTable, runPages } from './pages/run.ts';
import { profile } from './profile/run.ts';
import { type Profiled, profileTable, report } from './report.ts';
import { runSoak, soakTable } from './soak/run.ts';
import { CONTESTANTS, type Counted, commitsOf, type Sample, summarize, type Weighed } from './summary.ts';
import { verdicts } from './targets.ts';
import { runTransforms } from './transforms/run.ts';
import { runVariants } from './variants/run.ts';
import { measureViews } from './views.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    executions: { type: 'string' },
    only: { type: 'string' },
    workloads: { type: 'string' },
    variants: { type: 'boolean', default: false },
    state: { type: 'string' },
    out: { type: 'string' },
    minutes: { type: 'string' },
    'warm-minutes': { type: 'string' },
    'per-minute': { type: 'string' },
    tenants: { type: 'string' },
    scale: { type: 'string' },
  },
});

const CLIENTS = 16;
/** Executions of a variant in its turn. */
const BATCH = options.quick ? 50 : 100;
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const executions = Number(options.executions ?? (options.quick ? 100 : 500));
const warmUp = options.quick ? 50 : 300;
const contestants = CONTESTANTS.filter((name) => !options.only || options.only.split(',').includes(name));
const workloads = WORKLOADS.filter(({ name }) => !options.workloads || options.workloads.split(',').includes(name));
const out = resolve(ROOT, options.out ?? 'bench/results/latest.json');
/** Everything that is written on the way; removed at the end, see `harness/session.ts`. */
const root = mkdtempSync(join(options.state ?? tmpdir(), 'workflow-bench-'));
const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  if (process.platform !== 'linux') throw new Error('The bench reads CPU time from /proc, so it runs on Linux only.');
  if (options.variants) return variants();
  if (positionals.includes('transforms')) return transforms();
  if (positionals.includes('pages')) return pages();
  if (positionals.includes('profile')) return profiles();
  if (positionals.includes('bulkhead')) return bulkhead();
  if (positionals.includes('soak')) return soak();
  const counterpart = await startCounterpart();
  try {
    const script = contestants.includes('product') ? await bundle() : undefined;
    const before = machine(await answerTime(counterpart));
    say(
      `${before.cores} cores, load ${before.load[0]}; the counterpart answers in ${before.counterpartMs} ms. ${rounds} rounds of ${executions} executions, ${CLIENTS} clients.`,
    );
    const samples = await measureAll(counterpart, script);
    const weighed = await weighAll(counterpart, script);
    const counted = await countAll(counterpart, script);
    const ladder = script && contestants.includes('floor') ? await runLadder({ workloads, rounds, batch: BATCH, clients: CLIENTS, root }, () => {}) : [];
    const profiled = script ? await profileAll(counterpart, script) : [];
    const views = script ? await measureViews({ script, counterpart: counterpart.origin, root }, say) : undefined;
    const summary = summarize(samples, weighed, counted);
    const commits = commitsOf(counted);
    const targets = verdicts(summary, commits, views);
    const breakdowns = workloads.flatMap((workload) => {
      const shares = breakdown(workload, ladder, summary);
      return shares ? [{ workload: workload.name, shares }] : [];
    });
    say(`\n${report({ summary, breakdowns, profiled, commits, targets })}`);
    const failures = samples.filter((sample) => sample.failure);
    if (failures.length > 0) say(`\n${failures.length} of ${samples.length} measurements failed and are not in the medians; see failure in the results.`);
    write({
      machine: before,
      plan: { rounds, executions, warmUp, clients: CLIENTS },
      summary,
      breakdowns,
      profiled,
      commits,
      views,
      targets,
      samples,
      weighed,
      ladder,
      counted,
    });
  } finally {
    await counterpart.end();
  }
}

/** Every round each workload, in it each contestant, beginning with another one each time. */
async function measureAll(counterpart: Counterpart, script: string | undefined): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const workload of workloads) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const contestant = contestants[(turn + round - 1) % contestants.length]!;
        const sample: Sample = { round, workload: workload.name, contestant };
        try {
          sample.measurement = await measure({ contestant, workload, clients: CLIENTS, executions, warmUp, script, root }, counterpart);
        } catch (error) {
          sample.failure = (error as Error).message;
        }
        samples.push(sample);
        say(progress(sample));
      }
    }
  }
  return samples;
}

async function weighAll(counterpart: Counterpart, script: string | undefined): Promise<Weighed[]> {
  const weighed: Weighed[] = [];
  for (const workload of workloads) {
    for (const contestant of contestants) {
      const disk = await weigh({ contestant, workload, clients: CLIENTS, executions: 100, script, root }, counterpart);
      weighed.push({ workload: workload.name, contestant, disk });
    }
  }
  return weighed;
}

async function countAll(counterpart: Counterpart, script: string | undefined): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const workload of workloads) {
    for (const contestant of ['floor', 'product'] as const) {
      if (!contestants.includes(contestant)) continue;
      for (const load of contestant === 'product' ? (['quiet', 'busy'] as const) : (['quiet'] as const)) {
        const plan = {
          contestant,
          workload,
          clients: load === 'quiet' ? 1 : CLIENTS,
          executions: 100,
          script: contestant === 'product' ? script : undefined,
          root,
        };
        counted.push({ workload: workload.name, contestant, load, executions: plan.executions, counts: await count(plan, counterpart) });
      }
    }
  }
  return counted;
}

/** The product under the sampling profiler, workload by workload. */
async function profileAll(counterpart: Counterpart, script: string): Promise<Profiled[]> {
  const profiled: Profiled[] = [];
  for (const workload of workloads) {
    profiled.push({
      workload: workload.name,
      parts: await profile({ contestant: 'product', workload, clients: CLIENTS, executions, warmUp, script, root }, counterpart),
    });
  }
  return profiled;
}

async function profiles(): Promise<void> {
  const counterpart = await startCounterpart();
  try {
    const profiled = await profileAll(counterpart, await bundle());
    say(`\n${profiled.map(profileTable).join('\n\n')}`);
    write({ machine: machine(Number.NaN), profiled });
  } finally {
    await counterpart.end();
  }
}

async function soak(): Promise<void> {
  const order = {
    perMinute: Number(options['per-minute'] ?? 10_000),
    tenants: Number(options.tenants ?? 20),
    ms: Number(options.minutes ?? (options.quick ? 0.25 : 10)) * 60_000,
    warmMs: Number(options['warm-minutes'] ?? (options.quick ? 0.25 : 5)) * 60_000,
    root,
  };
  const before = machine(Number.NaN);
  const result = await runSoak(order, say);
  say(`\n${soakTable(result)}`);
  write({ machine: before, plan: { ...order, root: undefined }, soak: result });
}

async function bulkhead(): Promise<void> {
  const counterpart = await startCounterpart();
  try {
    const order = { script: await bundle(), rounds: options.quick ? 1 : rounds + 4, ms: options.quick ? 2000 : 40_000, scale: scaleOf(options.scale), root };
    const result = await runBulkhead(order, counterpart, say);
    say(`\n${bulkheadTable(result)}`);
    write({ machine: machine(await answerTime(counterpart)), bulkhead: result });
  } finally {
    await counterpart.end();
  }
}

function scaleOf(text = '1'): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 10)) throw new Error(`--scale ${text}: a number above 0, 10 at most.`);
  return scale;
}

async function pages(): Promise<void> {
  const counterpart = await startCounterpart();
  try {
    const plan = { rounds: options.quick ? 1 : rounds + 4, script: await bundle(), counterpart: counterpart.origin, root };
    const results = await runPages(plan, say);
    say(`\nRatios to the empty page, then the times, what is loaded of script, and how many requests\n${pagesTable(results)}`);
    write({ machine: machine(Number.NaN), pages: results });
  } finally {
    await counterpart.end();
  }
}

/** The region's bundle, in a place where no other build can change it meanwhile. */
async function bundle(): Promise<string> {
  if (!existsSync(join(ROOT, 'dashboard', 'dist'))) await buildDashboard(say);
  const { region } = await buildWorkers(say);
  return copyBundle(region, root, 'index.js');
}

/** Median time of a call to the counterpart, one after the other, ms. */
async function answerTime({ origin, hits }: Counterpart): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < 200; call++) {
    const begin = performance.now();
    await (await fetch(`${origin}/check`, { method: 'POST', body: '{}' })).text();
    times.push(performance.now() - begin);
  }
  await hits();
  return Number(median(times).toFixed(2));
}

function machine(counterpartMs: number) {
  const version = (name: string) => (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  return {
    at: new Date().toISOString(),
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg().map((value) => Number(value.toFixed(1))),
    node: process.version,
    miniflare: version('miniflare'),
    workerd: version('workerd'),
    counterpartMs,
  };
}

async function variants(): Promise<void> {
  const results = await runVariants({ workloads: workloads.slice(0, 2), rounds: options.quick ? 1 : rounds + 2, batch: BATCH, clients: CLIENTS, root }, say);
  say('\nRatios to the floor: executions/s, CPU, median latency');
  for (const one of results) {
    const ratios = [one.throughput, one.cpu, one.latency].map((ratio) => ratio.toFixed(2).padStart(6)).join('');
    say(`${one.workload}  ${one.variant.padEnd(17)}${ratios}   ${one.what}`);
  }
  write({ machine: machine(Number.NaN), variants: results });
}

async function transforms(): Promise<void> {
  const results = await runTransforms(options.quick ? 1 : rounds + 2, root, say);
  say('\nRuns in a second of CPU, and as a part of the same written by hand');
  for (const { way, perSecond, ofHand, wanted, met } of results) {
    const target = wanted === undefined ? '' : `   wanted ${wanted}: ${met ? 'met' : 'MISSED'}`;
    say(`${way.padEnd(6)}${String(perSecond).padStart(10)}${ofHand.toFixed(3).padStart(8)}${target}`);
  }
  write({ machine: machine(Number.NaN), transforms: results });
}

function progress({ round, workload, contestant, measurement, failure }: Sample): string {
  const place = `round ${round}  ${workload}  ${contestant.padEnd(12)}`;
  if (!measurement) return `${place}  failed: ${failure}`;
  const { perSecond, latency, cpu } = measurement;
  return `${place}  ${perSecond.toFixed(0).padStart(4)}/s   p50 ${latency.p50.toFixed(1)} ms   ${cpu.toFixed(2)} s CPU per 1,000`;
}

function write(results: object): void {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
  say(`\nResults: ${out.replace(`${ROOT}`, '')}`);
}

main()
  .catch((error: Error) => {
    console.error(error.stack);
    process.exitCode = 1;
  })
  .finally(() => rmSync(root, { recursive: true, force: true }));
