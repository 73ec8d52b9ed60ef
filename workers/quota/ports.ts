/** The isolate's book of leases, and its way to the objects of bounds and to the executions that wait there. */
import type { Quota, QuotaRpc } from '#contracts/quota';
import type { PlacePort } from '#objects/execution/place';
import type { QuotaPeers } from '#objects/quota-core';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { type BookPorts, QuotaBook } from '#workers/quota/book';
import { tenantBound } from '#workers/quota/bounds';

/** What is in use is told as it is, and may be told again. A token, and a place that is taken, would be taken twice. */
const calls = callsOf<QuotaRpc>('quota', {
  tokens: 'once',
  left: 'again',
  places: 'again',
  enter: 'once',
  leave: 'again',
  position: 'again',
  view: 'again',
});

export const book = new QuotaBook();

const made = new WeakMap<RegionEnv, BookPorts>();

export function bookPorts(env: RegionEnv): BookPorts {
  const known = made.get(env);
  if (known) return known;
  const ports: BookPorts = {
    object: (name) => quotaObject(env, name),
    now: () => Date.now(),
    failed: (error, name) => console.error(JSON.stringify({ level: 'error', message: `the bound ${name} could not be asked: ${String(error)}` })),
  };
  made.set(env, ports);
  return ports;
}

/** Object name: see `Bound`. */
export function quotaObject(env: RegionEnv, name: string): QuotaRpc {
  return objectNamed(calls, env.QUOTA, env, name);
}

/** The quota of a tenant has changed: those that wait for it get what is free now. */
export async function placesAnew(env: RegionEnv, tenant: string, quota: Quota): Promise<void> {
  const { queue_soft: soft, queue_hard: hard } = quota;
  await quotaObject(env, tenant).view(tenantBound(tenant, quota) ?? { name: tenant, soft, hard }, 0);
}

/** For the execution object. */
export function placesOf(env: RegionEnv): PlacePort {
  const ports = bookPorts(env);
  return {
    hold: (bound, id) => book.hold(bound, id, ports),
    async enter(bound, entry) {
      const answer = await ports.object(bound.name).enter(bound, { holder: book.holder, entry });
      if (answer.kind === 'granted') book.adopt(bound.name, entry.execution_id, true, ports.now());
      if (answer.kind === 'queued') book.noteWaiting(bound.name);
      return answer;
    },
    leave: (bound, id) => ports.object(bound.name).leave(id),
    adopt: (bound, id) => book.adopt(bound.name, id, false, ports.now()),
    keep: (bound, id) => book.keep(bound, id, ports),
    free: (bound, id) => book.free(bound, id, ports),
  };
}

export function quotaPeers(env: RegionEnv): QuotaPeers {
  return {
    tell: (tenant, id) => executionStub(env, id).admit(tenant, { kind: 'granted', of: 'quota' }),
    isOpen: async (tenant, id) => (await executionStub(env, id).summary(tenant))?.status === 'pending',
  };
}
