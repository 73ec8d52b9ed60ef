/**
 * The seeds, dealt to the test files: each file runs in a process of its own, so that they share the cores.
 * `SEED=123` runs one seed alone, looked at closely; `RUNS=1000000` runs more of them than usual.
 */
import { describe, expect, it } from 'vitest';
import { EVENT_CODES } from '#contracts/events';
import { FINAL_STATUSES } from '#contracts/execution';
import { statusOf } from '#engine/status';
import type { Run } from './desk.ts';
import { checkedRun } from './run.ts';

const SHARDS = 4;
const BLOCK = 500;
const RUNS = Number(process.env.RUNS ?? 20_000);

/** Troubles that the dice must have rolled, or a green result would say little. */
const TROUBLES = [
  'crash',
  'interrupted',
  'lost outcome',
  'late outcome',
  'doubled outcome',
  'stale outcome',
  'given up too early',
  'needless command',
  'doubled start',
  'cancel',
  'resume',
  'migrate',
  'moved',
  'moved to other steps',
  'pause',
  'modify',
  'skip',
  'abort',
  'supersede',
  'signal',
  'called',
  'called without waiting',
  'cancel by the caller',
  'turn cut short',
  'key released',
];

/** Tests of shard 0, 1, 2 or 3. */
export function simulateShard(shard: number): void {
  const { SEED } = process.env;
  if (SEED !== undefined) {
    it.runIf(shard === 0)(`seed ${SEED}`, async () => {
      for (const { id, state, log, trouble } of await checkedRun(Number(SEED), true)) {
        console.log(`seed ${SEED}, ${id}: ${statusOf(state)} after ${log.length} events`, trouble);
      }
    });
    return;
  }

  const share = Math.ceil(RUNS / SHARDS);
  const first = 1 + shard * share;
  const last = Math.min(first + share - 1, RUNS);
  const blocks = Array.from({ length: Math.ceil((last - first + 1) / BLOCK) }, (_, index) => first + index * BLOCK);
  const seen = new Map<string, number>();

  describe(`seeds ${first} to ${last}`, () => {
    it.each(blocks)('every invariant holds, 500 from seed %i', { timeout: 60_000 }, async (from) => {
      const failures: Error[] = [];
      for (let seed = from; seed < from + BLOCK && seed <= last; seed++) {
        try {
          for (const run of await checkedRun(seed)) remember(run, seen);
        } catch (error) {
          failures.push(error as Error);
        }
      }
      // The first in full, the others by their first line.
      const [worst, ...others] = failures;
      if (worst) throw new Error([worst.message, ...others.map((other) => other.message.split('\n')[0])].join('\n'), { cause: worst.cause });
    });

    it.runIf(share >= 2000)('rolled every kind of event, end and trouble', () => {
      const wanted = [...Object.keys(EVENT_CODES), ...FINAL_STATUSES, ...TROUBLES];
      expect(wanted.filter((kind) => !seen.has(kind))).toEqual([]);
    });
  });
}

function remember(run: Run, seen: Map<string, number>): void {
  const count = (kind: string, times = 1) => seen.set(kind, (seen.get(kind) ?? 0) + times);
  for (const event of run.log) count(event.type);
  for (const [kind, times] of Object.entries(run.trouble)) count(kind, times);
  count(statusOf(run.state));
}
