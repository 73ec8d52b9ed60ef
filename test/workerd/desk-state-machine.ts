/** The object of a state machine with the suite's rules and hooks, which its test shares: both run in one isolate. */
import type { Machine, MachineRow } from '#contracts/machine';
import { type OuterMachinePorts, StateMachineObjectBase } from '#objects/state-machine';
import { HookDesk, ORDER, suitePorts } from '../conformance/state-machine.ts';

export interface MachineDeskOfTest {
  machine: Machine;
  hooks: HookDesk;
  rows: MachineRow[];
}

const shared = globalThis as unknown as { machineDesks?: Map<string, MachineDeskOfTest> };
shared.machineDesks ??= new Map();

/** By the object's name. */
export function machineDesk(name: string, machine: Machine = ORDER): MachineDeskOfTest {
  const known = shared.machineDesks!.get(name) ?? { machine, hooks: new HookDesk(), rows: [] };
  shared.machineDesks!.set(name, known);
  return known;
}

export class DeskStateMachineObject extends StateMachineObjectBase<unknown> {
  readonly #desk = machineDesk(this.ctx.id.name!);
  protected override readonly ports: OuterMachinePorts = suitePorts(() => this.#desk.machine, this.#desk.hooks, this.#desk.rows);
}
