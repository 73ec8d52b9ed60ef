/**
 * `npm run bench -- bulkhead`: one company floods at ten times its quota while another one works steadily; what that does to
 * the other's latency.
 *
 * Five situations take turns, in another order each round: the steady one alone; beside a neighbour within its quota; beside
 * one at ten times its quota; beside the same flood sent to another process, which shares nothing with the product but the
 * machine; and beside a neighbour within its quota while as many requests as would be refused ask the region for what is not there. The
 * last two are the floor: no bulkhead of the product can make the machine larger, or the one thread of a local region faster than
 * it answers that there is nothing.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ORDER } from '../calls.ts';
import type { ArrivalsOrder, ArrivalsResult } from '../harness/arrivals.ts';
import { startChild } from '../harness/channel.ts';
import type { Counterpart } from '../harness/counterpart-process.ts';
import { keyed, type Region, startRegion } from '../harness/region.ts';
import { median } from '../harness/statistics.ts';
import { undisturbed } from '../harness/stolen.ts';

export const SITUATIONS = ['alone', 'neighbour at quota', 'neighbour floods', 'flood elsewhere', 'flood of nothing'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Starts a second of the steady company and of the neighbour's quota, where the machine is large enough; and of its flood, in quotas. */
const STEADY = 50;
const QUOTA = 10;
const FLOOD = 10;
/** A start whose connection was closed is sent once more. */
const MOST_SENDS = 2;
const NEIGHBOUR = 'flood';
/** A path at which a region has nothing. */
const NOWHERE = '/api/v1/nothing';
const MOST_WORSE = 1.1;
const WARM_UP_MS = 8000;
/** Share of the CPU that the machine's host may take meanwhile; a measurement in which it took more is done again, twice at most. */
const MOST_STOLEN = 0.02;
const MOST_TIMES = 3;

/** Starts a second. */
export interface Rates {
  steady: number;
  quota: number;
  flood: number;
}

/** Of one side: connections that were closed under a start, and starts that had no answer in the end. */
interface Errors {
  closed: number;
  lost: number;
}

export interface BulkheadResult {
  rates: Rates;
  /** Errors are those of the steady company. */
  situations: ({ situation: Situation; p50: number; p95: number; p99: number } & Errors)[];
  /** Measurements that were put aside, because the machine's host took the CPU meanwhile. */
  aside: number;
  /** Of the neighbour while it flooded. */
  flood: { sent: number; let_in: number; refused: number } & Errors;
  target: { wanted: string; ofQuota: number; ofFloor: number; met: boolean };
}

export interface BulkheadOrder {
  script: string;
  rounds: number;
  /**
   * Of one measurement, ms. Under this load the runtime collects its whole heap about every 30 s, which stops all of it for
   * 100 ms: a measurement that is shorter either has one in it or not, and its p99 tells that and nothing else.
   */
  ms: number;
  /** Part of the usual rates, for a small machine. */
  scale: number;
  root: string;
}

export function ratesAt(scale: number): Rates {
  const quota = Math.max(1, Math.round(QUOTA * scale));
  return { steady: Math.max(1, Math.round(STEADY * scale)), quota, flood: FLOOD * quota };
}

export async function runBulkhead(
  { script, rounds, ms, scale, root }: BulkheadOrder,
  counterpart: Counterpart,
  say: (line: string) => void,
): Promise<BulkheadResult> {
  const region = await startRegion({ stateDir: join(mkdtempSync(join(root, 'bulkhead-')), 'state'), counterpart: counterpart.origin, script });
  const steady = startChild('./arrivals.ts');
  const neighbour = startChild('./arrivals.ts');
  const others = startChild('./arrivals.ts');
  const rates = ratesAt(scale);
  const seen = new Map<Situation, ArrivalsResult[]>(SITUATIONS.map((situation) => [situation, []]));
  let flood = NO_FLOOD;
  let putAside = 0;
  try {
    const { url, own } = await prepare(region, rates.quota);
    const order = { body: JSON.stringify(ORDER), connections: 64, sends: MOST_SENDS };
    const measure = async (situation: Situation, during: number) => {
      const load = (child: typeof steady, target: string, perSecond: number) =>
        child.ask<ArrivalsResult>({ ...order, ms: during, urls: [target], perSecond } satisfies ArrivalsOrder);
      const beside = {
        alone: undefined,
        'neighbour at quota': () => load(neighbour, own, rates.quota),
        'neighbour floods': () => load(neighbour, own, rates.flood),
        'flood elsewhere': () => load(neighbour, `${counterpart.origin}/elsewhere`, rates.flood),
        'flood of nothing': () => load(neighbour, own, rates.quota),
      }[situation];
      const nothing = situation === 'flood of nothing' ? load(others, `${region.origin}${NOWHERE}`, rates.flood - rates.quota) : undefined;
      const [result, other] = await Promise.all([load(steady, url, rates.steady), beside?.(), nothing?.then(checkNothing)]);
      check(situation, 'the steady company', result, false);
      if (other) check(situation, 'the neighbour', other, true);
      if (situation === 'neighbour floods' && other) flood = added(flood, other);
      return result;
    };
    for (const situation of SITUATIONS) await measure(situation, Math.min(ms, WARM_UP_MS));
    flood = NO_FLOOD;
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < SITUATIONS.length; turn++) {
        const situation = SITUATIONS[(turn + round) % SITUATIONS.length]!;
        const { result, stolen, aside } = await undisturbed(() => measure(situation, ms), { most: MOST_STOLEN, times: MOST_TIMES });
        putAside += aside;
        seen.get(situation)!.push(result);
        const { p50, p95, p99 } = result.latency;
        const { closed, lost } = errorsOf([result]);
        const told = `${closed > 0 ? `   ${closed} closed, ${lost} lost` : ''}${stolen > MOST_STOLEN ? `   the host took ${Math.round(100 * stolen)} % of the CPU` : ''}`;
        say(`round ${round + 1}  ${situation.padEnd(20)} p50 ${p50.toFixed(1)}   p95 ${p95.toFixed(1)}   p99 ${p99.toFixed(1)} ms${told}`);
      }
    }
  } finally {
    await Promise.all([steady.end(), neighbour.end(), others.end()]);
    await region.dispose();
  }
  const situations = SITUATIONS.map((situation) => {
    const all = seen.get(situation)!;
    const of = (which: 'p50' | 'p95' | 'p99') => median(all.map(({ latency }) => latency[which]));
    return { situation, p50: of('p50'), p95: of('p95'), p99: of('p99'), ...errorsOf(all) };
  });
  const p99 = (situation: Situation) => situations.find((each) => each.situation === situation)!.p99;
  const ofQuota = p99('neighbour floods') / p99('neighbour at quota');
  const ofFloor = p99('neighbour floods') / Math.max(p99('flood elsewhere'), p99('flood of nothing'), p99('neighbour at quota'));
  const isWhole = situations.every(({ lost }) => lost === 0);
  const wanted = `p99 below ${MOST_WORSE} of that beside a neighbour at its quota, or of that beside a flood elsewhere or of nothing; no start of the steady company lost`;
  return { rates, situations, aside: putAside, flood, target: { wanted, ofQuota, ofFloor, met: ofFloor < MOST_WORSE && isWhole } };
}

const NO_FLOOD: BulkheadResult['flood'] = { sent: 0, let_in: 0, refused: 0, closed: 0, lost: 0 };

function added(flood: BulkheadResult['flood'], result: ArrivalsResult): BulkheadResult['flood'] {
  const { sent, answers } = result;
  const { closed, lost } = errorsOf([result]);
  return {
    sent: flood.sent + sent,
    let_in: flood.let_in + (answers[200] ?? 0),
    refused: flood.refused + (answers[429] ?? 0) + (answers[503] ?? 0),
    closed: flood.closed + closed,
    lost: flood.lost + lost,
  };
}

function errorsOf(results: ArrivalsResult[]): Errors {
  let closed = 0;
  let lost = 0;
  for (const { repeated, answers } of results) {
    lost += answers[0] ?? 0;
    closed += (repeated.connection ?? 0) + (answers[0] ?? 0);
  }
  return { closed, lost };
}

/** Throws an Error for an answer that is neither good nor, where that may be, a refusal. That there was none is counted, and no reason to stop. */
function check(situation: Situation, who: string, { answers, failure }: ArrivalsResult, mayBeRefused: boolean): void {
  const known = new Set(['0', '200', '429', '503']);
  if (Object.keys(answers).some((status) => !known.has(status))) throw new Error(`${situation}: ${who} met a failure: ${failure}`);
  if (!mayBeRefused && (answers[429] || answers[503])) throw new Error(`${situation}: ${who} was refused: ${JSON.stringify(answers)}`);
}

/** Whatever it is, it was answered as what is not there. */
function checkNothing({ answers, failure }: ArrivalsResult): void {
  if (Object.keys(answers).some((status) => !['0', '404'].includes(status))) throw new Error(`The flood of nothing met something: ${failure}`);
}

/** W1 under another name: beside the one that is measured elsewhere, each delivery is one execution. */
const APPLICATION = 'bench-keyed';

/** Answers where the application of the steady company is, and that of its neighbour. */
async function prepare(region: Region, quota: number): Promise<{ url: string; own: string }> {
  await region.api('POST', '/companies', JSON.stringify({ name: 'Flood', slug: NEIGHBOUR, region: 'us' }));
  const as = { 'x-tenant': NEIGHBOUR };
  const rate = { per_minute: quota * 60, burst: quota };
  await region.api('PUT', `/tenants/${NEIGHBOUR}/quota`, JSON.stringify({ plan: 'team', overrides: { rate, max_concurrent: 5 } }), 'application/json', as);
  const document = keyed(region.document('W1')).replace(/^name: .*$/m, `name: ${APPLICATION}`);
  for (const headers of [{}, as]) await region.api('POST', '/workflows?deploy=production', document, 'application/yaml', headers);
  const at = (tenant: string) => `${region.origin}/in/${tenant}/${APPLICATION}/run`;
  return { url: at(region.tenant), own: at(NEIGHBOUR) };
}

export function bulkheadTable({ rates, situations, aside, flood, target }: BulkheadResult): string {
  const ms = (value: number) => value.toFixed(1).padStart(9);
  const count = (value: number) => String(value).padStart(9);
  return [
    `The steady company, ${rates.steady} starts a second; the neighbour's quota is ${rates.quota} a second, its flood ${rates.flood}`,
    `${''.padEnd(20)}${['p50 ms', 'p95 ms', 'p99 ms', 'closed', 'lost'].map((head) => head.padStart(9)).join('')}`,
    ...situations.map(({ situation, p50, p95, p99, closed, lost }) => `${situation.padEnd(20)}${ms(p50)}${ms(p95)}${ms(p99)}${count(closed)}${count(lost)}`),
    `Of ${flood.sent} starts of the flood ${flood.let_in} were let in and ${flood.refused} refused; under ${flood.closed} the connection was closed, ${flood.lost} had no answer.`,
    ...(aside > 0 ? [`Done again, because the machine's host took the CPU meanwhile: ${aside} measurements.`] : []),
    `p99 beside the flood is ${target.ofQuota.toFixed(2)} of that beside a neighbour at its quota, ${target.ofFloor.toFixed(2)} of the floor: ${target.met ? 'met' : 'MISSED'}`,
  ].join('\n');
}
