/**
 * An actor. Object name: tenant, workflow, environment, pool and identity. The rules are in `actor/mailbox.ts`; here are
 * its storage, its timers and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ActorAddress, ActorOrder, ActorRpc } from '#contracts/actor';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Mailbox, type MailboxPorts } from '#objects/actor/mailbox';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { within } from '#objects/within';
import type { Sql } from '#storage/event-log';

export abstract class ActorObjectBase<Env> extends DurableObject<Env> implements ActorRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: Pick<MailboxPorts, 'handle' | 'now'>;

  #made: Mailbox | undefined;
  /** Epoch ms of the alarm; `null` for none, `undefined` for not yet known. */
  #alarm: number | null | undefined;

  tell(address: ActorAddress, order: ActorOrder) {
    return this.#mailbox().tell(address, order);
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    this.#alarm = null;
    await this.#mailbox().wake();
  }

  #mailbox(): Mailbox {
    this.#made ??= new Mailbox(this.ctx.storage.sql as unknown as Sql, this.ctx.storage.kv as never, {
      ...this.ports,
      wakeAt: (instant) => this.#wakeAt(instant),
      within,
    });
    return this.#made;
  }

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
