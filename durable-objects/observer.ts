/**
 * The observer of an application. Object name: tenant, workflow and environment. The rules are in `observer/observer.ts`;
 * here are its storage and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import type { AppLogLine, AppLogQuery, ObservedApplication, ObserverRpc } from '#contracts/observation';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { Observer, type ObserverPorts } from '#objects/observer/observer';
import type { Sql } from '#storage/event-log';

export abstract class ObserverObjectBase<Env> extends DurableObject<Env> implements ObserverRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: Omit<ObserverPorts, 'wakeAt' | 'bytes'>;

  #made: Observer | undefined;
  /** Epoch ms of the alarm; `null` for none. */
  #alarm: number | null | undefined;

  async note(application: ObservedApplication, definition: string, executions: string[]) {
    await (await this.#observer()).note(application, definition, executions);
  }

  async write(application: ObservedApplication, lines: AppLogLine[], keepMs: number) {
    await (await this.#observer()).write(application, lines, keepMs);
  }

  async read(query: AppLogQuery) {
    return (await this.#observer()).read(query);
  }

  async status() {
    return (await this.#observer()).status();
  }

  override async alarm(): Promise<void> {
    this.#alarm = null;
    if (isHeldBack(this.ctx)) return;
    await (await this.#observer()).wake();
  }

  async #observer(): Promise<Observer> {
    if (this.#alarm === undefined) {
      const set = await this.ctx.storage.getAlarm();
      this.#alarm ??= set;
    }
    this.#made ??= new Observer(this.ctx.storage.sql as unknown as Sql, this.ctx.storage.kv as never, {
      ...this.ports,
      wakeAt: (instant) => this.#wakeAt(instant),
      bytes: () => this.ctx.storage.sql.databaseSize,
    });
    return this.#made;
  }

  #wakeAt(instant: number): void {
    if (this.#alarm !== null && this.#alarm !== undefined && this.#alarm <= instant) return;
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
