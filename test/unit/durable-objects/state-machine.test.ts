/** An instance of a state machine over Node's SQLite. */
import type { Machine, MachineRow } from '#contracts/machine';
import { MachineDesk } from '#objects/state-machine/desk';
import { Ledger } from '#objects/state-machine/ledger';
import type { Sql } from '#storage/event-log';
import { HookDesk, ORDER, stateMachineConformance, suitePorts } from '../../conformance/state-machine.ts';
import { keyedValues, nodeSql } from '../object-storage.ts';

stateMachineConformance('memory', async (machine: Machine = ORDER) => {
  const [sql, kv] = [nodeSql(), keyedValues()];
  const hooks = new HookDesk();
  const rows: MachineRow[] = [];
  let life = 0;
  let current: MachineDesk;
  const open = (): MachineDesk => {
    const mine = ++life;
    // What an instance that has died would still do happens no more.
    const alive = { exec: (...call: Parameters<Sql['exec']>) => (mine === life ? sql.exec(...call) : dead()) };
    const ports = { ...suitePorts(() => machine, hooks, rows), wakeAt: () => undefined, within: <T>(work: Promise<T>) => work };
    const desk = new MachineDesk(
      new Ledger(alive, { ...kv, put: (...put) => (mine === life ? kv.put(...put) : dead()), delete: (name) => (mine === life ? kv.delete(name) : dead()) }),
      ports,
    );
    current = desk;
    return desk;
  };
  return {
    machine: open(),
    hooks,
    rows,
    async restart() {
      hooks.orphan();
      return open();
    },
    settle: async (result) => hooks.settle(result),
    alarm: () => current.wake(),
  };
});

function dead(): never {
  throw new Error('this instance has died');
}
