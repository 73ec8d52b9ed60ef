/** The way of an event onto the bus: into the lane of its key, where it has one, else into the region's queue. */
import type { EventLaneRpc, EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';

/** The same event again is dropped. */
const calls = callsOf<EventLaneRpc>('lane of the event', { append: 'again' });

/** Resolves once the event is where no crash takes it away. */
export async function publish(message: EventMessage, env: RegionEnv): Promise<void> {
  const { tenant, environment, id, partitionkey } = message;
  if (partitionkey !== undefined) await lane(env, `${tenant}/${environment}/${partitionkey}`).append(message);
  // In the memory of a local runtime an event would die with it; a lane of its own is on disk.
  else if (env.QUEUES === 'volatile') await lane(env, `${tenant}/${environment}//${id}`).append(message);
  else await env.EVENTS.send(message);
}

function lane(env: RegionEnv, name: string): EventLaneRpc {
  return objectNamed(calls, env.EVENT_LANE, env, name);
}
