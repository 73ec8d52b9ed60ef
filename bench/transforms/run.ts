/**
 * `npm run bench -- transforms`: runs of a transform in a second of CPU, in workerd, beside the same transform written by
 * hand. The ways take turns in short batches; the median over the rounds is given.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds } from '../harness/processes.ts';
import { startWorker } from '../harness/runtime.ts';
import { median } from '../harness/statistics.ts';

/** Runs of one batch, about half a second each. */
const BATCHES = { hand: 2_000_000, jq: 200_000, js: 10_000 };
/** What the product promises, a second on one core. */
const WANTED: { [way: string]: number } = { jq: 100_000, js: 10_000 };

export interface TransformResult {
  way: string;
  /** Runs in a second of CPU. */
  perSecond: number;
  /** As a part of what the transform written by hand does. */
  ofHand: number;
  wanted?: number;
  met?: boolean;
}

export async function runTransforms(rounds: number, root: string, say: (line: string) => void): Promise<TransformResult[]> {
  const worker = await startWorker({ entry: join(import.meta.dirname, 'worker.ts'), stateDir: mkdtempSync(join(root, 'transforms-')), options: {} });
  const ways = Object.keys(BATCHES) as (keyof typeof BATCHES)[];
  const seen = new Map(ways.map((way) => [way, [] as number[]]));
  try {
    const run = async (way: keyof typeof BATCHES, runs: number) => {
      const before = cpuSeconds(worker.pid);
      // On a connection of its own: a runtime that was busy for a while closes those that were kept open.
      const answer = await fetch(`${worker.origin}/${way}?runs=${runs}`, { headers: { connection: 'close' } });
      if (!answer.ok) throw new Error(`${way}: ${await answer.text()}`);
      await answer.text();
      return runs / (cpuSeconds(worker.pid) - before);
    };
    for (const way of ways) await run(way, BATCHES[way]);
    for (let round = 1; round <= rounds; round++) {
      for (const way of ways) seen.get(way)!.push(await run(way, BATCHES[way]));
      say(`round ${round}  ${ways.map((way) => `${way} ${seen.get(way)!.at(-1)!.toFixed(0)}/s`).join('   ')}`);
    }
  } finally {
    await worker.dispose();
  }
  const hand = median(seen.get('hand')!);
  return ways.map((way) => {
    const perSecond = median(seen.get(way)!);
    const wanted = WANTED[way];
    return { way, perSecond: Math.round(perSecond), ofHand: perSecond / hand, ...(wanted === undefined ? {} : { wanted, met: perSecond >= wanted }) };
  });
}
