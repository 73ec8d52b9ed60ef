/** The rules of the gate over a store in memory, and its bound. */
import { expect, it } from 'vitest';
import { LIMITS } from '#contracts/limits';
import { Gate, type GatePlace } from '#objects/gate-core';
import { gateConformance, ScriptedPeers } from '../../conformance/gate.ts';
import { HandClock, MemoryRows } from '../object-storage.ts';

function memoryGate() {
  const places = new MemoryRows<GatePlace>();
  const peers = new ScriptedPeers();
  const clock = new HandClock();
  const open = () => new Gate(places, peers, clock, () => {});
  let current = open();
  return {
    places,
    peers,
    gate: {
      enter: (entry: Parameters<Gate['enter']>[0]) => current.enter(entry),
      leave: (id: string) => current.leave(id),
      standing: (id: string) => current.standing(id),
    },
    advance: (ms: number) => clock.advance(ms, () => current.wake()),
    async restart() {
      current = open();
    },
    now: clock.now,
  };
}

gateConformance('memory', async () => memoryGate());

it('keeps nothing of those who have left', async () => {
  const { gate, places, advance } = memoryGate();
  const request = { max: 1, on_conflict: 'queue' as const, priority: 0 };
  for (const id of ['a', 'b', 'c']) await gate.enter({ tenant: 'acme', execution_id: id, request });
  for (const id of ['a', 'b', 'c']) await gate.leave(id);
  await advance(100_000);
  expect(places.map.size).toBe(0);
});

it('looks after a holder again that could not be asked', async () => {
  const { gate, peers, advance } = memoryGate();
  const request = { max: 1, on_conflict: 'queue' as const, priority: 0 };
  for (const id of ['a', 'b']) await gate.enter({ tenant: 'acme', execution_id: id, request });
  peers.isOpen = () => Promise.reject(new Error('nobody answers'));
  await advance(60_000);
  expect(await gate.standing('b')).toMatchObject({ position: 1 });
  peers.isOpen = async () => false;
  await advance(60_000);
  expect(await gate.standing('b')).toBeNull();
});

it('has a bound to its queue', async () => {
  const { gate } = memoryGate();
  const enter = (id: string) => gate.enter({ tenant: 'acme', execution_id: id, request: { max: 1, on_conflict: 'queue', priority: 0 } });
  // Filled at once: each arrival looks at all that wait.
  const places = new MemoryRows<GatePlace>();
  for (let i = 0; i <= LIMITS.gateQueue; i++) {
    places.put({
      tenant: 'acme',
      execution_id: `e${i}`,
      number: i,
      at: 0,
      status: i === 0 ? 'held' : 'queued',
      request: { max: 1, on_conflict: 'queue', priority: 0 },
    });
  }
  const full = new Gate(places, new ScriptedPeers(), { now: () => 0, wakeAt: () => {} }, () => {});
  expect(await full.enter({ tenant: 'acme', execution_id: 'one too many', request: { max: 1, on_conflict: 'queue', priority: 0 } })).toEqual({
    kind: 'refused',
    reason: 'full',
  });
  expect(await enter('elsewhere')).toEqual({ kind: 'granted' });
});
