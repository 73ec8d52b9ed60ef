/**
 * The way of live events from the executions of this isolate to their tenant's hub: at most one call under
 * way per tenant, everything that happens meanwhile goes with the next. While nobody watches, the hub's
 * word keeps publishers quiet for a moment (see `durable-objects/live-hub.ts`).
 *
 * 1. No message is made before somebody is known to watch. Where nobody was when the hub was last asked, it is asked with
 *    nothing, and what waits follows if the answer is yes.
 */
import type { LiveHubRpc, LiveMessage } from '#contracts/live-rpc';

interface Lane {
  /** What is still to be made of turns. */
  queue: (() => LiveMessage[])[];
  /** Whether somebody watched when the hub was last asked. */
  watched: boolean;
  /** Epoch ms since when a call is under way; a call whose object died is given up after a while. */
  sendingSince: number;
  quietUntil: number;
}

const LANES = new Map<string, Lane>();
/** Live events are for eyes: what nobody could follow is dropped, the log has it all. */
const MOST_TURNS = 1_000;
const MOST_MESSAGES = 5_000;
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
    lane = { queue: [], watched: false, sendingSince: 0, quietUntil: 0 };
    LANES.set(tenant, lane);
  }
  const now = Date.now();
  if (now < lane.quietUntil) return;
  lane.queue.push(messages);
  if (lane.queue.length > MOST_TURNS) lane.queue.shift();
  if (now - lane.sendingSince < GIVE_UP_MS) return;
  waitUntil(drain(lane, hub(tenant)));
}

async function drain(lane: Lane, hub: LiveHubRpc): Promise<void> {
  try {
    while (lane.queue.length > 0) {
      lane.sendingSince = Date.now();
      const messages = lane.watched ? made(lane.queue.splice(0)) : [];
      const { quiet_ms } = await hub.publish(messages);
      lane.watched = quiet_ms === 0;
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

function made(turns: (() => LiveMessage[])[]): LiveMessage[] {
  return turns.flatMap((messages) => messages()).slice(-MOST_MESSAGES);
}
