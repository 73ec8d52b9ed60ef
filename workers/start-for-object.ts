/** What objects of an application start: hooks of state machines, handlers of actors. */
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { RegionEnv } from '#workers/env';
import { type Started, type StartOrder, startExecution } from '#workers/start';

interface Place {
  tenant: string;
  workflow: string;
  environment: string;
}

interface Order extends Pick<StartOrder, 'pipeline' | 'idempotency_key' | 'by' | 'with_outputs'> {
  application: { workflow_id: string; version: number; hash: string };
  data: JsonObject;
  tags: JsonObject;
}

/**
 * Waits for its end as long as a caller may. The same key finds the same execution. It lives beside the object, and is not
 * counted: what came to the object was.
 */
export function startForObject(env: RegionEnv, { tenant, workflow, environment }: Place, { application, ...order }: Order): Promise<Started> {
  return startExecution(env, {
    ...order,
    tenant,
    deployment: { ...application, workflow, environment },
    trigger: 'workflow',
    stays: true,
    uncounted: true,
    wait_ms: LIMITS.syncWaitMs,
  });
}
