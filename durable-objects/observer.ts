/**
 * The observer of an application. Object name: tenant, workflow and environment. The rules are in `observer/observer.ts`;
 * here are its storage and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import type { AppLogLine, AppLogQuery, ObservedApplication, ObserverRpc } from '#contracts/observation';
import { carry } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { Frame } from '#objects/frame';
import { Observer, type ObserverPorts } from '#objects/observer/observer';
import type { Sql } from '#storage/event-log';

export abstract class ObserverObjectBase<Env> extends DurableObject<Env> implements ObserverRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: Omit<ObserverPorts, 'wakeAt' | 'bytes'>;

  readonly #frame = new Frame(this.ctx, ({ storage, clock }) => {
    const own = { wakeAt: (instant: number) => clock.wakeAt(instant), bytes: () => storage.sql.databaseSize };
    return new Observer(storage.sql as unknown as Sql, storage.kv as never, { ...this.ports, ...own });
  });

  async note(application: ObservedApplication, definition: string, executions: string[]) {
    await this.#frame.rules.note(application, definition, executions);
  }

  async write(application: ObservedApplication, lines: AppLogLine[], keepMs: number) {
    await this.#frame.rules.write(application, lines, keepMs);
  }

  async read(query: AppLogQuery) {
    return this.#frame.rules.read(query);
  }

  async forget(before: number) {
    return this.#frame.rules.forget(before);
  }

  async status() {
    return this.#frame.rules.status();
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
