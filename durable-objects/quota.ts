/**
 * The object of a bound. The rules are in `quota-core.ts`; here are the table of those who wait, and the alarm. Leases and
 * tokens are in memory: nothing is written for a tenant that stays within its quota.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Rate } from '#contracts/limiter-rpc';
import type { Bound, QuotaRpc } from '#contracts/quota';
import { Frame } from '#objects/frame';
import { jsonRows } from '#objects/json-rows';
import { QuotaCore, type QuotaPeers } from '#objects/quota-core';
import type { Waiting } from '#objects/quota-queue';

const WAITING = { table: 'waiting', id: 'execution_id', value: 'entry' };

export abstract class QuotaObjectBase<Env> extends DurableObject<Env> implements QuotaRpc {
  protected abstract readonly peers: QuotaPeers;

  readonly #frame = new Frame(this.ctx, ({ storage, clock, beside }) => {
    const waiting = jsonRows<Waiting>(storage, WAITING, ({ execution_id }) => execution_id);
    return new QuotaCore(waiting, this.peers, clock, beside);
  });

  async tokens(order: Parameters<QuotaRpc['tokens']>[0]) {
    return this.#frame.rules.tokens(order);
  }

  async left(bucket: string, rate: Rate) {
    return this.#frame.rules.left(bucket, rate);
  }

  async places(bound: Bound, order: Parameters<QuotaRpc['places']>[1]) {
    return this.#frame.rules.places(bound, order);
  }

  async enter(bound: Bound, order: Parameters<QuotaRpc['enter']>[1]) {
    return this.#frame.rules.enter(bound, order);
  }

  async leave(execution_id: string) {
    return this.#frame.rules.leave(execution_id);
  }

  async position(execution_id: string) {
    return this.#frame.rules.position(execution_id);
  }

  async view(bound: Bound, limit: number) {
    return this.#frame.rules.view(bound, limit);
  }

  override alarm(): Promise<void> {
    return this.#frame.alarm();
  }
}
