/**
 * One bound: tokens for starts and calls, places for executions at work, and the queue before those, over any storage and clock.
 *
 * Invariants
 * 1. Places that are granted and places in use are never more than `max` together, but for those of isolates that were not
 *    heard for a whole lease, and of executions that had begun before and go on.
 * 2. While somebody waits, what comes free goes to those who wait: an isolate keeps what it uses and no more.
 * 3. A place that is kept for an execution is kept until it comes for it, or is known to have ended.
 * 4. A new instance knows no leases. It grants nobody who waits a place before isolates had time to report theirs.
 */
import type { Rate } from '#contracts/limiter-rpc';
import { LIMITS } from '#contracts/limits';
import {
  type Bound,
  type BoundView,
  PLACES_LAST_MS,
  type PlaceAnswer,
  type QueueAnswer,
  type QuotaRpc,
  RENEW_PLACES_MS,
  type TokenAnswer,
} from '#contracts/quota';
import type { GateClock } from '#objects/gate-core';
import { QuotaQueue, type WaitingStore } from '#objects/quota-queue';
import { TokenBuckets } from '#objects/token-buckets';

/** The executions, as the queue speaks to them. A rejection means that it was not heard. */
export interface QuotaPeers {
  /** A place is kept for it: it may come for it. */
  tell(tenant: string, execution_id: string): Promise<void>;
  /** Whether it still waits to begin; false also when there is no such execution. */
  isOpen(tenant: string, execution_id: string): Promise<boolean>;
}

interface Lease {
  places: number;
  used: number;
  /** Epoch ms. */
  until: number;
}

/** Who has not come for a place is told again after this, ms; after the other, it is asked whether there still is anybody. */
const TELL_AGAIN_MS = 5_000;
const MISSED_AFTER_MS = 60_000;
/** One isolate is given so much at once: of all places, of a full bucket or of a second's tokens. */
const SHARE = 8;

export class QuotaCore implements QuotaRpc {
  readonly #buckets: TokenBuckets;
  readonly #leases = new Map<string, Lease>();
  readonly #queue: QuotaQueue;
  /** As it was last told. */
  #max: number;
  #answers = 0;
  readonly #grantsFrom: number;

  constructor(
    store: WaitingStore,
    private readonly peers: QuotaPeers,
    private readonly clock: GateClock,
    /** Has work done beside the call that caused it. */
    private readonly beside: (task: Promise<void>) => void,
  ) {
    this.#buckets = new TokenBuckets(clock.now);
    this.#queue = new QuotaQueue(store);
    const anybody = this.#queue.waiting > 0 || this.#queue.granted.length > 0;
    this.#grantsFrom = anybody ? clock.now() + RENEW_PLACES_MS : 0;
    this.#max = this.#queue.max;
    if (anybody) clock.wakeAt(this.#grantsFrom);
  }

  async tokens({ bucket, rate, wanted, least }: Parameters<QuotaRpc['tokens']>[0]): Promise<TokenAnswer> {
    const share = Math.max(least, Math.floor(Math.max(rate.per_minute / 60, rate.burst) / SHARE));
    return this.#buckets.takeUpTo(bucket, rate, Math.min(wanted, share), least);
  }

  async left(bucket: string, rate: Rate): Promise<number> {
    return Math.floor(this.#buckets.look(bucket, rate));
  }

  async places(bound: Bound, { holder, used, wanted, spare }: Parameters<QuotaRpc['places']>[1]): Promise<PlaceAnswer> {
    this.#learn(bound);
    const free = this.#queue.waiting > 0 ? 0 : Math.max(0, this.#freeBeside(holder) - used);
    const more = Math.min(free, wanted + Math.min(spare, Math.floor(this.#max / SHARE)));
    this.#lease(holder, used + more, used);
    this.#promote();
    return { places: used + more, until: this.clock.now() + PLACES_LAST_MS, waiting: this.#queue.waiting, number: ++this.#answers };
  }

  async enter(bound: Bound, { holder, entry }: Parameters<QuotaRpc['enter']>[1]): Promise<QueueAnswer> {
    this.#learn(bound);
    const known = this.#queue.get(entry.execution_id);
    const isFree = this.#queue.waiting === 0 && this.#free() > 0;
    if (known?.granted_at !== undefined || (!known && isFree)) {
      this.#queue.remove(entry.execution_id);
      const { places = 0, used = 0 } = this.#leases.get(holder) ?? {};
      this.#lease(holder, places + 1, used + 1);
      return { kind: 'granted' };
    }
    if (!known) {
      if (this.#queue.waiting >= LIMITS.gateQueue) return { kind: 'refused' };
      this.#queue.add(entry, this.#max, this.clock.now());
      this.clock.wakeAt(this.clock.now() + TELL_AGAIN_MS);
      this.#promote();
    }
    return { kind: 'queued', position: this.#queue.position(entry.execution_id) ?? 1 };
  }

  async leave(execution_id: string): Promise<void> {
    this.#queue.remove(execution_id);
    this.#promote();
  }

  async position(execution_id: string): Promise<number | null> {
    return this.#queue.position(execution_id);
  }

  async view(bound: Bound, limit: number): Promise<BoundView> {
    this.#learn(bound);
    this.#promote();
    const leases = [...this.#leases.values()];
    return {
      in_flight: leases.reduce((sum, { used }) => sum + used, 0),
      leased: leases.reduce((sum, { places, used }) => sum + Math.max(places, used), 0),
      waiting: this.#queue.waiting,
      tokens: bound.rate ? Math.floor(this.#buckets.look('starts', bound.rate)) : null,
      queue: this.#queue.first(limit).map(({ number: _, granted_at: __, max: ___, ...entry }, index) => ({ ...entry, position: index + 1 })),
    };
  }

  /** Leases that have ended, what has not been heard, and executions that were lost. */
  async wake(): Promise<void> {
    const now = this.clock.now();
    this.#promote();
    for (const { tenant, execution_id, granted_at } of this.#queue.granted) {
      if (now - granted_at! >= MISSED_AFTER_MS && !(await this.#isOpen(tenant, execution_id))) await this.leave(execution_id);
      else if (now - granted_at! >= TELL_AGAIN_MS) await this.#tell(tenant, execution_id);
    }
    if (this.#queue.waiting > 0 || this.#queue.granted.length > 0) this.clock.wakeAt(this.clock.now() + TELL_AGAIN_MS);
  }

  #learn({ max }: Bound): void {
    this.#max = max ?? Number.MAX_SAFE_INTEGER;
    const now = this.clock.now();
    for (const [holder, { until }] of this.#leases) if (until <= now) this.#leases.delete(holder);
  }

  #lease(holder: string, places: number, used: number): void {
    if (places === 0 && used === 0) this.#leases.delete(holder);
    else this.#leases.set(holder, { places, used, until: this.clock.now() + PLACES_LAST_MS });
  }

  /** Free ones, and those that are the isolate's own. */
  #freeBeside(holder: string): number {
    const now = this.clock.now();
    let taken = this.#queue.granted.length;
    for (const [other, { places, used, until }] of this.#leases) if (other !== holder && until > now) taken += Math.max(places, used);
    return this.#max - taken;
  }

  #free(): number {
    return this.#freeBeside('');
  }

  /** Places that are free go to those who wait. */
  #promote(): void {
    const now = this.clock.now();
    if (now < this.#grantsFrom) return;
    for (let free = this.#queue.waiting > 0 ? this.#free() : 0; free > 0; free--) {
      const next = this.#queue.grantNext(now);
      if (!next) return;
      this.clock.wakeAt(now + TELL_AGAIN_MS);
      this.beside(this.#tell(next.tenant, next.execution_id));
    }
  }

  /** Nobody heard it: the alarm comes back to it. */
  async #tell(tenant: string, execution_id: string): Promise<void> {
    await this.peers.tell(tenant, execution_id).catch(() => undefined);
  }

  async #isOpen(tenant: string, execution_id: string): Promise<boolean> {
    return this.peers.isOpen(tenant, execution_id).catch(() => true);
  }
}
