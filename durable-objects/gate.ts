/**
 * The gate of one pipeline and key. The rules are in `gate-core.ts`; here are its table, its alarm, and its way to the
 * executions. Object name: `{tenant}/{workflow}/{environment}/{pipeline}/{key}`.
 */
import { DurableObject } from 'cloudflare:workers';
import type { GateRpc } from '#contracts/admission';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { Gate, type GateClock, type GatePeers, type GatePlace, type GatePlaces } from '#objects/gate-core';

export abstract class GateObjectBase<Env> extends DurableObject<Env> implements GateRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly peers: GatePeers;

  /** Epoch ms; `null`: none is set. */
  #alarm: number | null = null;
  #known: Gate | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm = await ctx.storage.getAlarm();
    });
  }

  async enter(entry: Parameters<GateRpc['enter']>[0]) {
    return this.#gate.enter(entry);
  }

  async leave(execution_id: string) {
    return this.#gate.leave(execution_id);
  }

  async standing(execution_id: string) {
    return this.#gate.standing(execution_id);
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }

  override async alarm(): Promise<void> {
    this.#alarm = null;
    if (isHeldBack(this.ctx)) return;
    await this.#gate.wake();
  }

  /** Made late: a subclass sets its peers after its base's constructor has run. */
  get #gate(): Gate {
    this.#known ??= new Gate(placesOf(this.ctx.storage), this.peers, this.#clock(), (task) => this.ctx.waitUntil(task));
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

function placesOf({ sql }: DurableObjectStorage): GatePlaces {
  sql.exec('CREATE TABLE IF NOT EXISTS places (execution_id TEXT NOT NULL PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID');
  return {
    all: () =>
      sql
        .exec<{ place: string }>('SELECT place FROM places')
        .toArray()
        .map(({ place }) => JSON.parse(place) as GatePlace),
    put: (place) => void sql.exec('INSERT OR REPLACE INTO places (execution_id, place) VALUES (?, ?)', place.execution_id, JSON.stringify(place)),
    delete: (execution_id) => void sql.exec('DELETE FROM places WHERE execution_id = ?', execution_id),
  };
}
