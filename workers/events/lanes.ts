/** What a lane of events delivers through, and what becomes of what it cannot deliver. */
import type { LanePorts } from '#objects/event-lane';
import type { RegionEnv } from '#workers/env';
import { receive } from '#workers/events/receive';

export function lanePorts(env: RegionEnv): LanePorts {
  return {
    deliver: (message) => receive(message, env),
    async giveUp({ tenant, id, type }, error, tries) {
      console.error(JSON.stringify({ level: 'error', message: `event given up after ${tries} tries: ${String(error)}`, tenant, event: id, topic: type }));
    },
  };
}
