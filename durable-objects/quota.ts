/**
 * The object of a bound. The rules are in `quota-core.ts`; here are the table of those who wait, and the alarm. Leases and
 * tokens are in memory: nothing is written for a tenant that stays within its quota.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Bound, QuotaRpc } from '#contracts/quota';
import type { GateClock } from '#objects/gate-core';
import { QuotaCore, type QuotaPeers } from '#objects/quota-core';
import type { Waiting, WaitingStore } from '#objects/quota-queue';

export abstract class QuotaObjectBase<Env> extends DurableObject<Env> implements QuotaRpc {
  protected abstract readonly peers: QuotaPeers;

  /** Epoch ms; `null`: none is set. */
  #alarm: number | null = null;
  #known: QuotaCore | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm = await ctx.storage.getAlarm();
    });
  }

  async tokens(bound: Bound, wanted: number) {
    return this.#core.tokens(bound, wanted);
  }

  async places(bound: Bound, order: Parameters<QuotaRpc['places']>[1]) {
    return this.#core.places(bound, order);
  }

  async enter(bound: Bound, order: Parameters<QuotaRpc['enter']>[1]) {
    return this.#core.enter(bound, order);
  }

  async leave(execution_id: string) {
    return this.#core.leave(execution_id);
  }

  async position(execution_id: string) {
    return this.#core.position(execution_id);
  }

  async view(bound: Bound, limit: number) {
    return this.#core.view(bound, limit);
  }

  override async alarm(): Promise<void> {
    this.#alarm = null;
    await this.#core.wake();
  }

  /** Made late: a subclass sets its peers after its base's constructor has run. */
  get #core(): QuotaCore {
    this.#known ??= new QuotaCore(waitingIn(this.ctx.storage), this.peers, this.#clock(), (task) => this.ctx.waitUntil(task));
    return this.#known;
  }

  #clock(): GateClock {
    return {
      now: () => Date.now(),
      wakeAt: (instant) => {
        if (this.#alarm !== null && this.#alarm <= instant) return;
        this.#alarm = instant;
        void this.ctx.storage.setAlarm(instant);
      },
    };
  }
}

/** The table is made with the first that waits. */
function waitingIn({ sql }: DurableObjectStorage): WaitingStore {
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'waiting'").toArray().length > 0;
  return {
    all: () => (exists ? sql.exec<{ entry: string }>('SELECT entry FROM waiting').toArray() : []).map(({ entry }) => JSON.parse(entry) as Waiting),
    put(waiting) {
      if (!exists) sql.exec('CREATE TABLE waiting (execution_id TEXT NOT NULL PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID');
      exists = true;
      sql.exec('INSERT OR REPLACE INTO waiting (execution_id, entry) VALUES (?, ?)', waiting.execution_id, JSON.stringify(waiting));
    },
    delete: (execution_id) => void (exists && sql.exec('DELETE FROM waiting WHERE execution_id = ?', execution_id)),
  };
}
