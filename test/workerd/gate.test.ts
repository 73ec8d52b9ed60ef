/** The gate in its object: the runtime's SQLite and alarm under the time of the test. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { GateRpc } from '#contracts/admission';
import { gateConformance } from '../conformance/gate.ts';
import { scriptedPeers } from './desk-gate.ts';
import { advance, timeStands } from './object-time.ts';

let count = 0;

timeStands();

function open() {
  const id = env.DESK_GATE.idFromName(`gate-${count++}`);
  return { peers: scriptedPeers(id.toString()), stub: env.DESK_GATE.get(id) };
}

gateConformance('object', async () => {
  const { peers, stub } = open();
  return {
    gate: stub as unknown as GateRpc,
    peers,
    advance: (ms) => advance(stub, ms),
    restart: () => evictDurableObject(stub),
    now: Date.now,
  };
});

it('writes one row for one that finds a place, none for an alarm, and none is left of it', async () => {
  const { stub } = open();
  const gate = stub as unknown as GateRpc;
  await gate.enter({ tenant: 'acme', execution_id: 'a', request: { max: 1, on_conflict: 'queue', priority: 0 } });
  const looked = () =>
    runInDurableObject(stub, async (_, state) => ({
      rows: state.storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM places').one().n,
      alarm: await state.storage.getAlarm(),
    }));
  expect(await looked()).toEqual({ rows: 1, alarm: null });
  await gate.leave('a');
  expect(await looked()).toEqual({ rows: 0, alarm: null });
});
