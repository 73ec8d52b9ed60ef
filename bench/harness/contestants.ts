/** Those who run: how each is started, where a workload is found, and when it has come to rest. */
import { join } from 'node:path';
import type { WorkloadName } from '../calls.ts';
import { startRegion } from './region.ts';
import { type RunningWorker, startWorker } from './runtime.ts';

export type ContestantName = 'floor' | 'cf-workflows' | 'product' | 'variants';

export interface StartOrder {
  contestant: ContestantName;
  /** A fresh folder. */
  stateDir: string;
  /** Origin of the counterpart. */
  counterpart: string;
  /** For `product`: main module of the region's bundle. */
  script?: string;
  /** Count what would be billed (`floor`; for `product`, `script` is the counted bundle). */
  metered?: boolean;
  /** Of `product`: the port at which the runtime's inspector is opened. */
  inspectorPort?: number;
}

export interface Contestant extends RunningWorker {
  urlOf(workload: WorkloadName): string;
  /** How many executions have reached the index, where there is one. */
  indexed?(): Promise<number>;
}

const entryOf = (folder: string) => join(import.meta.dirname, '..', folder, 'worker.ts');

export async function startContestant(order: StartOrder): Promise<Contestant> {
  const { contestant, stateDir, counterpart } = order;
  const bindings = { COUNTERPART: counterpart };
  switch (contestant) {
    case 'floor':
      return byPath(
        await startWorker({
          entry: entryOf('floor'),
          metered: order.metered ? ['Cell'] : undefined,
          stateDir,
          options: { bindings, durableObjects: { CELL: sqlite('Cell') } },
        }),
      );
    case 'cf-workflows':
      return byPath(
        await startWorker({
          entry: entryOf('cf-workflows'),
          stateDir,
          options: {
            bindings,
            workflows: { FLOW: { name: 'flow', className: 'Flow' } },
          },
        }),
      );
    case 'product':
      return startRegion({ stateDir, counterpart, script: order.script!, inspectorPort: order.inspectorPort });
    case 'variants':
      return byPath(
        await startWorker({
          entry: entryOf('variants'),
          stateDir,
          options: {
            bindings,
            durableObjects: { CELL: sqlite('Cell'), TENANT: { className: 'Tenant' } },
            queueProducers: { QUEUE: 'bench' },
            queueConsumers: { bench: { maxBatchSize: 100, maxBatchTimeout: 1 } },
          },
        }),
      );
  }
}

function sqlite(className: string) {
  return { className, useSQLite: true };
}

function byPath(worker: RunningWorker): Contestant {
  return { ...worker, urlOf: (workload) => `${worker.origin}/${workload}` };
}
