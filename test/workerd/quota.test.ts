/** A bound in its object: the runtime's SQLite and alarm under the time of the test. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Bound, QuotaRpc } from '#contracts/quota';
import { quotaConformance } from '../conformance/quota.ts';
import { scriptedWaiters } from './desk-quota.ts';
import { advance, timeStands } from './object-time.ts';

let count = 0;

timeStands();

function open() {
  const id = env.DESK_QUOTA.idFromName(`quota-${count++}`);
  return { peers: scriptedWaiters(id.toString()), stub: env.DESK_QUOTA.get(id) };
}

quotaConformance('object', async () => {
  const { peers, stub } = open();
  return {
    quota: stub as unknown as QuotaRpc,
    peers,
    advance: (ms) => advance(stub, ms),
    restart: () => evictDurableObject(stub),
  };
});

it('writes nothing, and sets no alarm, while nobody waits', async () => {
  const { stub } = open();
  const quota = stub as unknown as QuotaRpc;
  const bound: Bound = { name: 'acme', max: 2, rate: { per_minute: 60, burst: 5 }, soft: 10, hard: 20 };
  await quota.tokens({ bucket: 'starts', rate: bound.rate!, wanted: 1, least: 1 });
  await quota.places(bound, { holder: 'one', used: 0, wanted: 2, spare: 0 });
  await quota.places(bound, { holder: 'one', used: 0, wanted: 0, spare: 0 });
  const looked = await runInDurableObject(stub, async (_, { storage }) => ({
    tables: storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").one().n,
    alarm: await storage.getAlarm(),
  }));
  expect(looked).toEqual({ tables: 0, alarm: null });
});
