/** The real job over many executions, on the real index, for the tests of the API. */
import { env } from 'cloudflare:workers';
import { BulkJobObjectBase, type BulkJobPorts } from '#objects/bulk-job';
import { actOn } from '#workers/bulk/act';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

const region = env as unknown as RegionEnv;

export class ApiBulkJobObject extends BulkJobObjectBase<unknown> {
  protected override readonly ports: BulkJobPorts = {
    executions: storesOf(region).executions,
    jobs: storesOf(region).bulkJobs,
    act: (order, id) => actOn(region, order, id),
    now: Date.now,
  };
}
