/**
 * `npm run bench -- bulkhead`: one company floods at ten times its quota while another one works steadily; what that does to
 * the other's latency.
 *
 * Four situations take turns, in another order each round: the steady one alone; beside a neighbour within its quota; beside
 * one at ten times its quota; and beside the same flood sent to another process, which shares nothing with the product but the
 * machine. The last is the floor: no bulkhead of the product can make the machine larger.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ORDER } from '../calls.ts';
import type { ArrivalsOrder, ArrivalsResult } from '../harness/arrivals.ts';
import { startChild } from '../harness/channel.ts';
import type { Counterpart } from '../harness/counterpart-process.ts';
import { type Region, startRegion } from '../harness/region.ts';
import { median } from '../harness/statistics.ts';

export const SITUATIONS = ['alone', 'neighbour at quota', 'neighbour floods', 'flood elsewhere'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Starts a second: of the steady company, of the neighbour's quota, and of its flood. */
const STEADY = 50;
const QUOTA = 10;
const FLOOD = 10 * QUOTA;
const NEIGHBOUR = 'flood';
const MOST_WORSE = 1.1;

export interface BulkheadResult {
  situations: { situation: Situation; p50: number; p95: number; p99: number }[];
  /** Of the neighbour while it flooded. */
  flood: { sent: number; let_in: number; refused: number };
  target: { wanted: string; ofQuota: number; ofFloor: number; met: boolean };
}

export interface BulkheadOrder {
  script: string;
  rounds: number;
  /** Of one measurement, ms. */
  ms: number;
  root: string;
}

export async function runBulkhead({ script, rounds, ms, root }: BulkheadOrder, counterpart: Counterpart, say: (line: string) => void): Promise<BulkheadResult> {
  const region = await startRegion({ stateDir: join(mkdtempSync(join(root, 'bulkhead-')), 'state'), counterpart: counterpart.origin, script });
  const steady = startChild('./arrivals.ts');
  const neighbour = startChild('./arrivals.ts');
  const seen = new Map<Situation, ArrivalsResult['latency'][]>(SITUATIONS.map((situation) => [situation, []]));
  const flood = { sent: 0, let_in: 0, refused: 0 };
  try {
    const url = region.urlOf('W1');
    const own = await prepareNeighbour(region, url);
    const order = { body: JSON.stringify(ORDER), ms, connections: 64 };
    const load = (child: typeof steady, target: string, perSecond: number) =>
      child.ask<ArrivalsResult>({ ...order, urls: [target], perSecond } satisfies ArrivalsOrder);
    const measure = async (situation: Situation) => {
      const beside = {
        alone: undefined,
        'neighbour at quota': () => load(neighbour, own, QUOTA),
        'neighbour floods': () => load(neighbour, own, FLOOD),
        'flood elsewhere': () => load(neighbour, `${counterpart.origin}/elsewhere`, FLOOD),
      }[situation];
      const [result, other] = await Promise.all([load(steady, url, STEADY), beside?.()]);
      check(situation, 'the steady company', result, false);
      if (other) check(situation, 'the neighbour', other, true);
      if (situation === 'neighbour floods' && other) {
        flood.sent += other.sent;
        flood.let_in += other.answers[200] ?? 0;
        flood.refused += (other.answers[429] ?? 0) + (other.answers[503] ?? 0);
      }
      return result.latency;
    };
    for (const situation of SITUATIONS) await measure(situation);
    Object.assign(flood, { sent: 0, let_in: 0, refused: 0 });
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < SITUATIONS.length; turn++) {
        const situation = SITUATIONS[(turn + round) % SITUATIONS.length]!;
        const latency = await measure(situation);
        seen.get(situation)!.push(latency);
        say(`round ${round + 1}  ${situation.padEnd(20)} p50 ${latency.p50.toFixed(1)}   p95 ${latency.p95.toFixed(1)}   p99 ${latency.p99.toFixed(1)} ms`);
      }
    }
  } finally {
    await Promise.all([steady.end(), neighbour.end()]);
    await region.dispose();
  }
  const situations = SITUATIONS.map((situation) => {
    const all = seen.get(situation)!;
    return { situation, p50: median(all.map(({ p50 }) => p50)), p95: median(all.map(({ p95 }) => p95)), p99: median(all.map(({ p99 }) => p99)) };
  });
  const p99 = (situation: Situation) => situations.find((each) => each.situation === situation)!.p99;
  const ofQuota = p99('neighbour floods') / p99('neighbour at quota');
  const ofFloor = p99('neighbour floods') / Math.max(p99('flood elsewhere'), p99('neighbour at quota'));
  const wanted = `p99 below ${MOST_WORSE} of that beside a neighbour at its quota, or of that beside a flood elsewhere`;
  return { situations, flood, target: { wanted, ofQuota, ofFloor, met: ofFloor < MOST_WORSE } };
}

/** Throws an Error for an answer that is neither good nor, where that may be, a refusal. */
function check(situation: Situation, who: string, { answers, failure }: ArrivalsResult, mayBeRefused: boolean): void {
  if (answers[0])
    throw new Error(
      `${situation}: ${who} had ${answers[0]} connections closed under a request (${failure}). The machine is too busy to measure; run it alone.`,
    );
  if (failure) throw new Error(`${situation}: ${who} met a failure: ${failure}`);
  if (!mayBeRefused && (answers[429] || answers[503])) throw new Error(`${situation}: ${who} was refused: ${JSON.stringify(answers)}`);
}

/** Answers where its application is. */
async function prepareNeighbour(region: Region, url: string): Promise<string> {
  await region.api('POST', '/companies', JSON.stringify({ name: 'Flood', slug: NEIGHBOUR, region: 'us' }));
  const as = { 'x-tenant': NEIGHBOUR };
  const rate = { per_minute: QUOTA * 60, burst: QUOTA };
  await region.api('PUT', `/tenants/${NEIGHBOUR}/quota`, JSON.stringify({ plan: 'team', overrides: { rate, max_concurrent: 5 } }), 'application/json', as);
  await region.api('POST', '/workflows?deploy=production', region.document('W1'), 'application/yaml', as);
  return url.replace(`/in/${region.tenant}/`, `/in/${NEIGHBOUR}/`);
}

export function bulkheadTable({ situations, flood, target }: BulkheadResult): string {
  const ms = (value: number) => value.toFixed(1).padStart(9);
  return [
    `The steady company, ${STEADY} starts a second; the neighbour's quota is ${QUOTA} a second, its flood ${FLOOD}`,
    `${''.padEnd(20)}${['p50 ms', 'p95 ms', 'p99 ms'].map((head) => head.padStart(9)).join('')}`,
    ...situations.map(({ situation, p50, p95, p99 }) => `${situation.padEnd(20)}${ms(p50)}${ms(p95)}${ms(p99)}`),
    `Of ${flood.sent} starts of the flood ${flood.let_in} were let in and ${flood.refused} refused.`,
    `p99 beside the flood is ${target.ofQuota.toFixed(2)} of that beside a neighbour at its quota, ${target.ofFloor.toFixed(2)} of the floor: ${target.met ? 'met' : 'MISSED'}`,
  ].join('\n');
}
