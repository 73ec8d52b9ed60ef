/**
 * The gate of one pipeline and key. The rules are in `gate-core.ts`; here are its table, its alarm, and its way to the
 * executions. Object name: `{tenant}/{workflow}/{environment}/{pipeline}/{key}`.
 */
import { DurableObject } from 'cloudflare:workers';
import type { GateRpc } from '#contracts/admission';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { carry } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { Frame } from '#objects/frame';
import { Gate, type GatePeers, type GatePlace } from '#objects/gate-core';
import { jsonRows } from '#objects/json-rows';

const PLACES = { table: 'places', id: 'execution_id', value: 'place' };

export abstract class GateObjectBase<Env> extends DurableObject<Env> implements GateRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly peers: GatePeers;

  readonly #frame = new Frame(this.ctx, ({ storage, clock, beside }) => {
    const places = jsonRows<GatePlace>(storage, PLACES, ({ execution_id }) => execution_id);
    return new Gate(places, this.peers, clock, beside);
  });

  async enter(entry: Parameters<GateRpc['enter']>[0]) {
    return this.#frame.rules.enter(entry);
  }

  async leave(execution_id: string) {
    return this.#frame.rules.leave(execution_id);
  }

  async standing(execution_id: string) {
    return this.#frame.rules.standing(execution_id);
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
