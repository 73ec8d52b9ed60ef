/** The rules of a bound over a store in memory, and the length of its queue. */
import { expect, it } from 'vitest';
import { LIMITS } from '#contracts/limits';
import type { QuotaRpc } from '#contracts/quota';
import { QuotaCore } from '#objects/quota-core';
import type { Waiting } from '#objects/quota-queue';
import { quotaConformance, ScriptedWaiters } from '../../conformance/quota.ts';
import { HandClock, MemoryRows } from '../object-storage.ts';

function memoryQuota() {
  const waiting = new MemoryRows<Waiting>();
  const peers = new ScriptedWaiters();
  const clock = new HandClock();
  const open = () => new QuotaCore(waiting, peers, clock, () => {});
  let current = open();
  const quota: QuotaRpc = {
    tokens: (...order) => current.tokens(...order),
    left: (...order) => current.left(...order),
    places: (...order) => current.places(...order),
    enter: (...order) => current.enter(...order),
    leave: (id) => current.leave(id),
    position: (id) => current.position(id),
    view: (...order) => current.view(...order),
  };
  return {
    waiting,
    peers,
    quota,
    advance: (ms: number) => clock.advance(ms, () => current.wake()),
    async restart() {
      current = open();
    },
  };
}

quotaConformance('memory', async () => memoryQuota());

const entry = { tenant: 'acme', workflow: 'shop', environment: 'production', pipeline: 'pay', key: 'k', priority: 0 };

it('keeps nothing of those who were let in, or have left', async () => {
  const { quota, waiting } = memoryQuota();
  const bound = { name: 'acme', max: 1, soft: 10, hard: 20 };
  const enter = (id: string) => quota.enter(bound, { holder: 'one', entry: { ...entry, execution_id: id } });
  for (const id of ['a', 'b', 'c']) await enter(id);
  expect(waiting.map.size).toBe(2);
  await quota.leave('c');
  await quota.places(bound, { holder: 'one', used: 0, wanted: 0, spare: 0 });
  await enter('b');
  expect(waiting.map.size).toBe(0);
});

it('has a bound to its queue', async () => {
  const waiting = new MemoryRows<Waiting>();
  for (let i = 0; i < LIMITS.gateQueue; i++) waiting.put({ ...entry, execution_id: `e${i}`, number: i, since: 0, max: 1 });
  const full = new QuotaCore(waiting, new ScriptedWaiters(), { now: () => 0, wakeAt: () => {} }, () => {});
  const order = { holder: 'one', entry: { ...entry, execution_id: 'one too many' } };
  expect(await full.enter({ name: 'acme', max: 1, soft: 10, hard: 20 }, order)).toEqual({ kind: 'refused' });
});
