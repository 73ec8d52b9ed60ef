/**
 * The way of live events from the executions of this isolate to their tenant's hub: at most one call under
 * way per tenant, everything that happens meanwhile goes with the next. While nobody watches, the hub's
 * word keeps publishers quiet for a moment (see `durable-objects/live-hub.ts`).
 */
import type { LiveHubRpc, LiveMessage } from '#contracts/execution-rpc';

interface Lane {
  queue: LiveMessage[];
  /** Epoch ms since when a call is under way; a call whose object died is given up after a while. */
  sendingSince: number;
  quietUntil: number;
}

const LANES = new Map<string, Lane>();
/** Live events are for eyes: what nobody could follow is dropped, the log has it all. */
const QUEUE_BOUND = 5_000;
const GIVE_UP_MS = 5_000;

export function publishLive(
  hub: (tenant: string) => LiveHubRpc,
  tenant: string,
  messages: () => LiveMessage[],
  waitUntil: (task: Promise<unknown>) => void,
): void {
  let lane = LANES.get(tenant);
  if (!lane) {
    if (LANES.size > 10_000) LANES.clear();
    lane = { queue: [], sendingSince: 0, quietUntil: 0 };
    LANES.set(tenant, lane);
  }
  const now = Date.now();
  if (now < lane.quietUntil) return;
  lane.queue.push(...messages());
  if (lane.queue.length > QUEUE_BOUND) lane.queue.splice(0, lane.queue.length - QUEUE_BOUND);
  if (now - lane.sendingSince < GIVE_UP_MS) return;
  waitUntil(drain(lane, hub(tenant)));
}

async function drain(lane: Lane, hub: LiveHubRpc): Promise<void> {
  try {
    while (lane.queue.length > 0) {
      lane.sendingSince = Date.now();
      const { quiet_ms } = await hub.publish(lane.queue.splice(0));
      if (quiet_ms > 0) {
        // What came in meanwhile was not asked for either.
        lane.queue.length = 0;
        // Counted from before the call, so that the hub is never the first to end the silence.
        lane.quietUntil = lane.sendingSince + quiet_ms;
      }
    }
  } catch (error) {
    console.warn(JSON.stringify({ level: 'warn', message: `live hub: ${String(error)}` }));
  } finally {
    lane.sendingSince = 0;
  }
}
