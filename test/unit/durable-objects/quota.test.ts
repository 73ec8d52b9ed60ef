/** The rules of a bound over a store in memory, and the length of its queue. */
import { expect, it } from 'vitest';
import { LIMITS } from '#contracts/limits';
import type { QuotaRpc } from '#contracts/quota';
import type { GateClock } from '#objects/gate-core';
import { QuotaCore } from '#objects/quota-core';
import type { Waiting, WaitingStore } from '#objects/quota-queue';
import { quotaConformance, ScriptedWaiters } from '../../conformance/quota.ts';

class MemoryWaiting implements WaitingStore {
  readonly map = new Map<string, string>();
  all = () => [...this.map.values()].map((text) => JSON.parse(text) as Waiting);
  put = (waiting: Waiting) => void this.map.set(waiting.execution_id, JSON.stringify(waiting));
  delete = (id: string) => void this.map.delete(id);
}

function memoryQuota() {
  const waiting = new MemoryWaiting();
  const peers = new ScriptedWaiters();
  let time = 1_000_000;
  let alarm: number | undefined;
  const clock: GateClock = {
    now: () => time,
    wakeAt: (instant) => {
      alarm = Math.min(alarm ?? instant, instant);
    },
  };
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
    async advance(ms: number) {
      time += ms;
      if (alarm === undefined || alarm > time) return;
      alarm = undefined;
      await current.wake();
    },
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
  const waiting = new MemoryWaiting();
  for (let i = 0; i < LIMITS.gateQueue; i++) waiting.put({ ...entry, execution_id: `e${i}`, number: i, since: 0, max: 1 });
  const full = new QuotaCore(waiting, new ScriptedWaiters(), { now: () => 0, wakeAt: () => {} }, () => {});
  const order = { holder: 'one', entry: { ...entry, execution_id: 'one too many' } };
  expect(await full.enter({ name: 'acme', max: 1, soft: 10, hard: 20 }, order)).toEqual({ kind: 'refused' });
});
