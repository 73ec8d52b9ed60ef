/** An instance of a state machine in its object: the suite, and many writers at once. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Machine, MachineHistoryItem, MachineRpc } from '#contracts/machine';
import { ADDRESS, application, ORDER, stateMachineConformance } from '../conformance/state-machine.ts';
import { machineDesk } from './desk-state-machine.ts';

let count = 0;

function open(machine?: Machine) {
  const name = `machine-${count++}`;
  const desk = machineDesk(name, machine);
  const stub = env.DESK_MACHINE.get(env.DESK_MACHINE.idFromName(name));
  // The type of a stub over recursive JSON is too deep for the checker; the stub has the methods all the same.
  return { stub, door: stub as unknown as MachineRpc, desk };
}

stateMachineConformance('object', async (machine) => {
  const { stub: first, door, desk } = open(machine);
  let stub = first;
  return {
    machine: door,
    hooks: desk.hooks,
    rows: desk.rows,
    async restart() {
      desk.hooks.orphan();
      // Killed, not asked to go: calls under way end with it.
      await runInDurableObject(stub, async (_object, state) => {
        await state.storage.sync();
        state.abort('the runtime ends here');
      }).catch(() => undefined);
      const next = env.DESK_MACHINE.get(stub.id);
      stub = next;
      return next as unknown as MachineRpc;
    },
    // Where the object may touch its storage.
    settle: (result) => runInDurableObject(stub, () => desk.hooks.settle(result)),
    alarm: async () => void (await runDurableObjectAlarm(stub)),
  };
});

async function historyOf(door: MachineRpc): Promise<MachineHistoryItem[]> {
  const items: MachineHistoryItem[] = [];
  for (let from: number | null = 1; from !== null; ) {
    const page: { items: MachineHistoryItem[]; next: number | null } = (await door.history(ADDRESS, { from, limit: 1000 }))!;
    items.push(...page.items);
    from = page.next;
  }
  return items;
}

const COUNTER: Machine = { ...ORDER, transitions: { ...ORDER.transitions, tick: { from: ['new'], to: 'new', auto: false } } };

it('5 writers with 1,000 transitions each: none is lost, none is had twice', async () => {
  const { door } = open(COUNTER);
  await door.create(ADDRESS, { application, by: 'test', data: {} });
  const writer = async (w: number) => {
    for (let n = 0; n < 1000; n++) {
      const order = { application, by: `writer-${w}`, data: { [`writer_${w}`]: n }, transition: 'tick', key: `${w}/${n}` };
      // Every tenth is sent twice, as by a client that has lost the answer.
      const answers = await Promise.all(n % 10 === 0 ? [door.move(ADDRESS, order), door.move(ADDRESS, order)] : [door.move(ADDRESS, order)]);
      for (const answer of answers) if (!answer.ok) throw new Error(answer.message);
    }
  };
  await Promise.all([0, 1, 2, 3, 4].map(writer));
  const history = await historyOf(door);
  expect(history.map((item) => item.seq)).toEqual(Array.from({ length: 5001 }, (_, i) => i + 1));
  expect(new Set(history.slice(1).map((item) => item.key)).size).toBe(5000);
  for (const w of [0, 1, 2, 3, 4]) {
    const own = history.filter((item) => item.by === `writer-${w}`).map((item) => item.key);
    expect(own).toEqual(Array.from({ length: 1000 }, (_, n) => `${w}/${n}`));
  }
  expect((await door.read(ADDRESS, application))!.data).toEqual({ writer_0: 999, writer_1: 999, writer_2: 999, writer_3: 999, writer_4: 999 });
}, 180_000);

it('5 writers that want the same: one of them has it, the others learn what the state is', async () => {
  const { door } = open();
  await door.create(ADDRESS, { application, by: 'test', data: {} });
  await door.move(ADDRESS, { application, by: 'test', data: {}, transition: 'start_a' });
  let taken = 0;
  const writer = async (w: number) => {
    for (let n = 0; n < 60; n++) {
      const answer = await door.move(ADDRESS, { application, by: `writer-${w}`, data: {}, transition: n % 2 ? 'there' : 'back', key: `${w}/${n}` });
      if (answer.ok) taken++;
      else expect(answer).toMatchObject({ code: 'wrong_state', state: expect.stringMatching(/^[ab]$/) });
    }
  };
  await Promise.all([0, 1, 2, 3, 4].map(writer));
  const history = await historyOf(door);
  expect(history.length).toBe(taken + 2);
  for (const [index, item] of history.entries()) if (item.kind === 'moved') expect(item.from).toBe(history[index - 1]!.to);
}, 180_000);

it('an instance that nobody has made leaves nothing on disk', async () => {
  const { stub, door } = open();
  expect(await door.read(ADDRESS, application)).toBeNull();
  expect(await runDurableObjectAlarm(stub)).toBe(false);
});
