/** Windows of event patterns come and go by themselves, so they say themselves when they are on the list of objects. */
import type { WindowPorts } from '#objects/event-window';
import type { RegionEnv } from '#workers/env';
import { listObject, unlistObject } from '#workers/named-objects';

export function windowPorts(env: RegionEnv): WindowPorts {
  return {
    list: (name) => listObject(env, 'EVENT_WINDOW', tenantOf(name), name),
    unlist: (name) => unlistObject(env, 'EVENT_WINDOW', tenantOf(name), name),
  };
}

function tenantOf(name: string): string {
  return decodeURIComponent(name.split('/', 1)[0]!);
}
