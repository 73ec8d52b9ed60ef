/**
 * An actor. Object name: tenant, workflow, environment, pool and identity. The rules are in `actor/mailbox.ts`; here are
 * its storage, its timers and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ActorAddress, ActorOrder, ActorRpc } from '#contracts/actor';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { Mailbox, type MailboxPorts } from '#objects/actor/mailbox';
import { carry } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { Frame } from '#objects/frame';
import { within } from '#objects/within';
import type { Sql } from '#storage/event-log';

export abstract class ActorObjectBase<Env> extends DurableObject<Env> implements ActorRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: Pick<MailboxPorts, 'handle' | 'now'>;

  readonly #frame = new Frame(this.ctx, ({ storage, clock }) => {
    const timers = { wakeAt: (instant: number) => clock.wakeAt(instant), within };
    return new Mailbox(storage.sql as unknown as Sql, storage.kv as never, { ...this.ports, ...timers });
  });

  tell(address: ActorAddress, order: ActorOrder) {
    return this.#frame.rules.tell(address, order);
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
