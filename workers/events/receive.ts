/** One event to all whom it concerns. Each of them knows its id, so that receiving it again changes nothing. */
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { deliver } from '#workers/events/deliver';
import { callHooks } from '#workers/events/hooks';
import { wakeWaiting } from '#workers/events/waiting';

export async function receive(message: EventMessage, env: RegionEnv): Promise<void> {
  await deliver(message, env);
  await wakeWaiting(message, env);
  await callHooks(message, env);
}
