/**
 * Effects of one shard of a tenant, by key. Object name: `{tenant}/{shard}`. The rules are in `key-store-core.ts`;
 * here are its table, its timers and its alarm.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ErasableRpc } from '#contracts/erasure';
import type { KeyStoreRpc } from '#contracts/execution-rpc';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { type KeyClock, type KeyRecord, type KeyRecords, KeyStore } from '#objects/key-store-core';

/** A row ends at 2 MB, and a character takes up to three bytes: longer results go over several rows. */
const PART_CHARACTERS = 600_000;

export class KeyStoreObject<Env = unknown> extends DurableObject<Env> implements KeyStoreRpc, ErasableRpc, CarriableRpc {
  readonly #store = new KeyStore(recordsOf(this.ctx.storage), clockOf(this.ctx.storage));

  claim(claim: Parameters<KeyStoreRpc['claim']>[0]): ReturnType<KeyStoreRpc['claim']> {
    return this.#store.claim(claim);
  }

  look(key: string): ReturnType<KeyStoreRpc['look']> {
    return this.#store.look(key);
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

/** Part 0 carries holder and end; `result` is NULL while the claim is open. */
function recordsOf({ sql }: DurableObjectStorage): KeyRecords {
  sql.exec(
    'CREATE TABLE IF NOT EXISTS keys (key TEXT NOT NULL, part INTEGER NOT NULL, holder TEXT NOT NULL, until INTEGER NOT NULL, result TEXT, PRIMARY KEY (key, part)) WITHOUT ROWID',
  );
  const remove = (key: string) => sql.exec('DELETE FROM keys WHERE key = ?', key);
  return {
    get(key) {
      const parts = sql
        .exec<{ holder: string; until: number; result: string | null }>('SELECT holder, until, result FROM keys WHERE key = ? ORDER BY part', key)
        .toArray();
      const first = parts[0];
      if (!first) return undefined;
      const record: KeyRecord = { holder: first.holder, until: first.until };
      if (first.result !== null) record.result = parts.map((part) => part.result).join('');
      return record;
    },
    put(key, { holder, until, result }) {
      if (result === undefined || result.length <= PART_CHARACTERS) {
        const parts = sql.exec<{ n: number }>('SELECT count(*) AS n FROM keys WHERE key = ?', key).one().n;
        if (parts > 1) remove(key);
        sql.exec('INSERT OR REPLACE INTO keys (key, part, holder, until, result) VALUES (?, 0, ?, ?, ?)', key, holder, until, result ?? null);
        return;
      }
      remove(key);
      for (let part = 0; part * PART_CHARACTERS < result.length; part++) {
        const text = result.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS);
        sql.exec('INSERT INTO keys (key, part, holder, until, result) VALUES (?, ?, ?, ?, ?)', key, part, holder, until, text);
      }
    },
    delete(key) {
      remove(key);
    },
    removeBefore(instant) {
      sql.exec('DELETE FROM keys WHERE until < ?', instant);
      return sql.exec<{ next: number | null }>('SELECT min(until) AS next FROM keys').one().next ?? undefined;
    },
  };
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
      void storage.setAlarm(instant);
    },
  };
}
