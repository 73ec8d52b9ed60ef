/** Events that were published and not delivered yet: shared by test and object, which run in one isolate. */
import { env } from 'cloudflare:workers';
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';

const shared = globalThis as unknown as { published?: EventMessage[]; regionOfTests?: RegionEnv };

shared.published ??= [];

export const published: EventMessage[] = shared.published;

/** The bindings of the tests, with a bus that keeps what it gets. */
shared.regionOfTests ??= {
  ...(env as unknown as RegionEnv),
  QUEUES: undefined,
  EVENTS: { send: async (message: EventMessage) => void published.push(message) } as unknown as Queue,
};

export const region: RegionEnv = shared.regionOfTests;
