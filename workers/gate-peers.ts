/** The way of a gate to the executions that it speaks to. */
import { FINAL_STATUSES } from '#contracts/execution';
import type { GatePeers } from '#objects/gate-core';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';

export function gatePeers(env: RegionEnv): GatePeers {
  return {
    tell: (tenant, id, answer) => executionStub(env, id).admit(tenant, answer),
    cancel: async (tenant, id, reason) => {
      await executionStub(env, id).cancel(tenant, { reason, by: 'concurrency' });
    },
    isOpen: async (tenant, id) => {
      const summary = await executionStub(env, id).summary(tenant);
      return summary !== null && !FINAL_STATUSES.includes(summary.status);
    },
  };
}
