/**
 * Effects of one shard of a tenant, by key. Object name: `{tenant}/{shard}`. The rules are in `key-store-core.ts`, the table
 * in `key-table.ts`; here are its timers and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { KeyStoreRpc } from '#contracts/key-store';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { type KeyClock, KeyStore } from '#objects/key-store-core';
import { KeyTable } from '#objects/key-table';
import { later } from '#objects/later';

export class KeyStoreObject<Env = unknown> extends DurableObject<Env> implements KeyStoreRpc, ErasableRpc, CarriableRpc {
  readonly #store = new KeyStore(new KeyTable(this.ctx.storage.sql), clockOf(this.ctx.storage));

  claim(claim: Parameters<KeyStoreRpc['claim']>[0]): ReturnType<KeyStoreRpc['claim']> {
    return this.#store.claim(claim);
  }

  look(key: string): ReturnType<KeyStoreRpc['look']> {
    return this.#store.look(key);
  }

  list(query: Parameters<KeyStoreRpc['list']>[0]): ReturnType<KeyStoreRpc['list']> {
    return this.#store.list(query);
  }

  release(order: Parameters<KeyStoreRpc['release']>[0]): ReturnType<KeyStoreRpc['release']> {
    return this.#store.release(order);
  }

  settle(settlement: Parameters<KeyStoreRpc['settle']>[0]): Promise<void> {
    return this.#store.settle(settlement);
  }

  forget(undoing: Parameters<KeyStoreRpc['forget']>[0]): Promise<void> {
    return this.#store.forget(undoing);
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    this.#store.sweep();
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }
}

function clockOf(storage: DurableObjectStorage): KeyClock {
  /** `undefined`: not known yet in this life of the object. */
  let alarm: number | null | undefined;
  return {
    now: () => Date.now(),
    after(ms, call) {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    wakeAt(instant) {
      if (alarm !== undefined && alarm !== null && alarm <= instant && alarm > Date.now()) return;
      if (alarm === undefined) {
        void storage.getAlarm().then((known) => {
          alarm = known;
          if (known === null || known > instant) this.wakeAt(instant);
        });
        return;
      }
      alarm = instant;
      void storage.setAlarm(later(Date.now(), instant));
    },
  };
}
