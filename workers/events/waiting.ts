/** Executions that wait for an event of the bus get it as a signal. */

import type { EventMessage } from '#contracts/bus-rpc';
import { isJsonObject, type Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { SignalResult } from '#contracts/waiting';
import type { EventWait } from '#storage/execution-ports';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { storesOf } from '#workers/stores';

/** Compared with the key that the event was published with; see `step.wait_for_event`. */
const EVENT_KEY = '@key';
/** Executions told at the same time. */
const AT_ONCE = 6;

export async function wakeWaiting(message: EventMessage, env: RegionEnv): Promise<void> {
  const { waits } = storesOf(env);
  const { tenant, environment, type: event } = message;
  const over: EventWait[] = [];
  const tell = async (wait: EventWait) => {
    if (!(await signalled(message, wait, env))) over.push(wait);
  };
  let telling: Promise<void>[] = [];
  for await (const wait of waits.matching({ tenant, environment, event, valueAt: (path) => valueAt(message, path) })) {
    telling.push(tell(wait));
    if (telling.length < AT_ONCE) continue;
    await Promise.all(telling);
    telling = [];
  }
  await Promise.all(telling);
  // Left behind by an execution that no longer waits.
  await waits.remove(over);
}

/** False when the execution does not wait any more. What its step does not take leaves it waiting. */
async function signalled(message: EventMessage, { execution_id, step, correlation }: EventWait, env: RegionEnv): Promise<boolean> {
  const signal = { id: `event:${message.id}`, name: step, data: message.data, by: `event:${message.source}`, sender: [], source: 'bus' as const, correlation };
  try {
    const result = (await executionStub(env, execution_id).signal(message.tenant, signal)) as SignalResult | null;
    return result !== null && (result.ok || result.code === 'schema_mismatch' || result.code === 'invalid_signal');
  } catch (error) {
    if (error instanceof Problem && error.code === 'unknown_execution') return false;
    throw error;
  }
}

function valueAt({ data, partitionkey }: EventMessage, path: string): string | undefined {
  if (path === EVENT_KEY) return partitionkey;
  let at: Json | undefined = data;
  for (const key of path.split('.')) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}
