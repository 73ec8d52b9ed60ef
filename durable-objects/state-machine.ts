/**
 * An instance of a state machine. Object name: tenant, workflow, environment, machine and id. The rules are in
 * `state-machine/`; here are its storage, its timers and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { MachineAddress, MachineApplication, MachineCreate, MachineHistoryQuery, MachineMove, MachineRpc } from '#contracts/machine';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { Frame } from '#objects/frame';
import { MachineDesk } from '#objects/state-machine/desk';
import { Ledger } from '#objects/state-machine/ledger';
import type { MachinePorts } from '#objects/state-machine/ports';
import { within } from '#objects/within';
import type { Sql } from '#storage/event-log';

export type OuterMachinePorts = Pick<MachinePorts, 'rules' | 'hookExecution' | 'runHook' | 'project' | 'now'>;

export abstract class StateMachineObjectBase<Env> extends DurableObject<Env> implements MachineRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: OuterMachinePorts;

  readonly #frame = new Frame(this.ctx, ({ storage, clock }) => {
    const timers = { wakeAt: (instant: number) => clock.wakeAt(instant), within };
    return new MachineDesk(new Ledger(storage.sql as unknown as Sql, storage.kv as never), { ...this.ports, ...timers });
  });

  create(address: MachineAddress, order: MachineCreate) {
    return this.#frame.rules.create(address, order);
  }

  move(address: MachineAddress, order: MachineMove) {
    return this.#frame.rules.move(address, order);
  }

  read(address: MachineAddress, application: MachineApplication) {
    return this.#frame.rules.read(address, application);
  }

  history(address: MachineAddress, query: MachineHistoryQuery) {
    return this.#frame.rules.history(address, query);
  }

  override alarm(): Promise<void> {
    return this.#frame.alarm();
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}
