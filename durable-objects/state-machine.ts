/**
 * An instance of a state machine. Object name: tenant, workflow, environment, machine and id. The rules are in
 * `state-machine/`; here are its storage, its timers and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { MachineAddress, MachineApplication, MachineCreate, MachineHistoryQuery, MachineMove, MachineRpc } from '#contracts/machine';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { MachineDesk } from '#objects/state-machine/desk';
import { Ledger } from '#objects/state-machine/ledger';
import type { MachinePorts } from '#objects/state-machine/ports';
import { within } from '#objects/within';
import type { Sql } from '#storage/event-log';

export type OuterMachinePorts = Pick<MachinePorts, 'rules' | 'hookExecution' | 'runHook' | 'project' | 'now'>;

export abstract class StateMachineObjectBase<Env> extends DurableObject<Env> implements MachineRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: OuterMachinePorts;

  #made: MachineDesk | undefined;
  /** Epoch ms of the alarm; `null` for none, `undefined` for not yet known. */
  #alarm: number | null | undefined;

  create(address: MachineAddress, order: MachineCreate) {
    return this.#desk().create(address, order);
  }

  move(address: MachineAddress, order: MachineMove) {
    return this.#desk().move(address, order);
  }

  read(address: MachineAddress, application: MachineApplication) {
    return this.#desk().read(address, application);
  }

  history(address: MachineAddress, query: MachineHistoryQuery) {
    return this.#desk().history(address, query);
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    this.#alarm = null;
    await this.#desk().wake();
  }

  #desk(): MachineDesk {
    this.#made ??= new MachineDesk(new Ledger(this.ctx.storage.sql as unknown as Sql, this.ctx.storage.kv as never), {
      ...this.ports,
      wakeAt: (instant) => this.#wakeAt(instant),
      within,
    });
    return this.#made;
  }

  /** An alarm that is set and due earlier stays; one that goes off for nothing is cheaper than deleting it. */
  #wakeAt(instant: number): void {
    if (this.#alarm !== undefined && this.#alarm !== null && this.#alarm <= instant) return;
    this.#alarm = instant;
    void this.ctx.storage.setAlarm(instant);
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}
