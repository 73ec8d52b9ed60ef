/** The order of a job, carried out on one execution. */
import type { BulkOrder } from '#contracts/bulk';
import type { ControlResult } from '#contracts/execution-rpc';
import { controlled } from '#workers/api/control-answer';
import { startReplay } from '#workers/api/replay';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { whenThereIsRoom } from '#workers/quota/patience';
import { storesOf } from '#workers/stores';

/** Throws Problem where it does not fit the state of the execution. */
export async function actOn(env: RegionEnv, { id: job, tenant, action, by, reason }: BulkOrder, id: string): Promise<void> {
  const object = executionStub(env, id);
  const order = { by, ...(reason === undefined ? {} : { reason }) };
  switch (action) {
    case 'cancel':
      controlled(id, (await object.cancel(tenant, order)) as ControlResult | null);
      return;
    case 'pause':
      controlled(id, (await object.pause(tenant, order)) as ControlResult | null);
      return;
    case 'resume':
      controlled(id, (await object.resume(tenant, { by })) as ControlResult | null);
      return;
    case 'replay':
      await whenThereIsRoom(() =>
        startReplay(
          { env, stores: storesOf(env), tenant, by, key: `bulk/${job}/${id}` },
          id,
          object,
          { mode: 'exact', record_as: 'replay', dry_run: false },
          0,
        ),
      );
      return;
    default: {
      const never: never = action;
      return never;
    }
  }
}
