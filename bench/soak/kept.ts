/** How much memory the local runtime keeps of each object whose alarm is set, when nothing else of it is in memory. */
import { join } from 'node:path';
import { ORDER } from '../calls.ts';
import type { ArrivalsOrder, ArrivalsResult } from '../harness/arrivals.ts';
import { startChild } from '../harness/channel.ts';
import { residentBytes } from '../harness/processes.ts';
import { startWorker } from '../harness/runtime.ts';

const PER_SECOND = 200;
/** Until then the runtime itself grows: its code is compiled, its heap finds its size. */
const WARM_MS = 40_000;
const MEASURED_MS = 160_000;

/** KB for each; about 32,000 of them are made. `ms`: of each part at most. */
export async function measureKept({ stateDir, ms }: { stateDir: string; ms: number }): Promise<number> {
  const worker = await startWorker({
    entry: join(import.meta.dirname, 'kept-worker.ts'),
    stateDir,
    options: { durableObjects: { CELL: { className: 'Cell', useSQLite: true } } },
  });
  const load = startChild('./arrivals.ts');
  try {
    const make = (duration: number) =>
      load.ask<ArrivalsResult>({
        urls: [worker.origin],
        body: JSON.stringify(ORDER),
        perSecond: PER_SECOND,
        ms: Math.min(duration, ms),
        connections: 16,
      } satisfies ArrivalsOrder);
    await make(WARM_MS);
    const before = residentBytes(worker.pid);
    const { answers } = await make(MEASURED_MS);
    return Math.max(0, residentBytes(worker.pid) - before) / 1024 / (answers[200] ?? Number.NaN);
  } finally {
    await load.end();
    await worker.dispose();
  }
}
