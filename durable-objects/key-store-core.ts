/**
 * Effects by their key: who runs, who waits, what is already known. The rules, over any storage.
 *
 * 1. At any instant at most one holder has an open claim whose lease has not ended.
 * 2. The first result of a key is kept until its time is over, or until its effect has been undone; nothing replaces it before.
 * 3. Claims and results are on disk before they are answered; only those who wait are in memory, and a caller whose
 *    wait was lost claims again under the same holder.
 * 4. A holder that claims again while its own claim is open gets `run`: it is the same attempt's next life.
 */
import type { KeyStoreRpc } from '#contracts/execution-rpc';
import type { Json, JsonObject } from '#contracts/json';

type Claim = Parameters<KeyStoreRpc['claim']>[0];
type ClaimAnswer = Awaited<ReturnType<KeyStoreRpc['claim']>>;
type Settlement = Parameters<KeyStoreRpc['settle']>[0];

/** What is known of a key. Instants are epoch ms. */
export interface KeyRecord {
  holder: string;
  /** Open: end of the lease. Stored: end of its life. */
  until: number;
  /** JSON text of the result; absent while the claim is open. */
  result?: string;
}

export interface KeyRecords {
  get(key: string): KeyRecord | undefined;
  put(key: string, record: KeyRecord): void;
  delete(key: string): void;
  /** Removes all records whose `until` is before `instant`; answers the earliest `until` that is left. */
  removeBefore(instant: number): number | undefined;
}

export interface KeyClock {
  now(): number;
  /** Calls back once after `ms`; the function it gives takes that back. */
  after(ms: number, call: () => void): () => void;
  /** Has `sweep` called at the instant, even if nobody calls in between. An earlier one that is set stays. */
  wakeAt(instant: number): void;
}

interface Waiter {
  claim: Claim;
  answer(answer: ClaimAnswer): void;
}

/** Ended leases are left for a while: a late result of theirs is still worth keeping. */
const OPEN_GRACE_MS = 3_600_000;
/** Sweeps come at most this often. */
const SWEEP_EVERY_MS = 600_000;

export class KeyStore implements KeyStoreRpc {
  readonly #waiting = new Map<string, { waiters: Waiter[]; stop?: () => void }>();

  constructor(
    private readonly records: KeyRecords,
    private readonly clock: KeyClock,
  ) {}

  async claim(claim: Claim): Promise<ClaimAnswer> {
    const record = this.#live(claim.key);
    if (record?.result !== undefined) return stored(record);
    if (record && record.holder !== claim.holder) {
      return new Promise((answer) => {
        const queue = this.#waiting.get(claim.key) ?? { waiters: [] };
        queue.waiters.push({ claim, answer });
        this.#waiting.set(claim.key, queue);
        this.#watch(claim.key, record.until);
      });
    }
    this.#open(claim);
    return this.#run(claim.key);
  }

  async look(key: string): ReturnType<KeyStoreRpc['look']> {
    const record = this.#live(key);
    if (!record) return null;
    const { holder, until, result } = record;
    return { holder, until, ...(result === undefined ? {} : { result: JSON.parse(result) as { output: Json; response?: JsonObject } }) };
  }

  async settle({ key, holder, result, ttl_ms }: Settlement): Promise<void> {
    const record = this.#live(key);
    const mine = record === undefined || record.holder === holder;
    if (record?.result !== undefined || !mine) return;
    if (result) {
      const until = this.clock.now() + ttl_ms;
      const kept: KeyRecord = { holder, until, result: JSON.stringify(result) };
      this.records.put(key, kept);
      this.clock.wakeAt(until);
      this.#answerAll(key, stored(kept));
    } else if (record) {
      this.records.delete(key);
      this.#next(key);
    }
  }

  async forget({ key, by, ttl_ms }: Parameters<KeyStoreRpc['forget']>[0]): Promise<void> {
    const record = this.#live(key);
    // Asked again, or too late: what stands there now is somebody else's.
    if (record?.result === undefined || !record.holder.startsWith(`${by}/`)) return;
    this.records.delete(key);
    const until = this.clock.now() + ttl_ms;
    this.records.put(undoneKey(key), { holder: record.holder, until, result: String(this.#undone(key) + 1) });
    this.clock.wakeAt(until);
  }

  /** Removes what is over. */
  sweep(): void {
    const now = this.clock.now();
    const next = this.records.removeBefore(now - OPEN_GRACE_MS);
    if (next !== undefined) this.clock.wakeAt(Math.max(next + OPEN_GRACE_MS, now + SWEEP_EVERY_MS));
  }

  /** The record, unless its time is over. */
  #live(key: string): KeyRecord | undefined {
    const record = this.records.get(key);
    return record && record.until > this.clock.now() ? record : undefined;
  }

  #run(key: string): ClaimAnswer {
    const undone = this.#undone(key);
    return undone > 0 ? { kind: 'run', undone } : { kind: 'run' };
  }

  #undone(key: string): number {
    return Number(this.#live(undoneKey(key))?.result ?? 0);
  }

  #open(claim: Claim): void {
    const until = this.clock.now() + claim.lease_ms;
    this.records.put(claim.key, { holder: claim.holder, until });
    this.clock.wakeAt(until + OPEN_GRACE_MS);
    if (this.#waiting.has(claim.key)) this.#watch(claim.key, until);
  }

  /** Hands the key to the next that waits. */
  #next(key: string): void {
    const queue = this.#waiting.get(key);
    const waiter = queue?.waiters.shift();
    if (!queue || !waiter) return;
    if (queue.waiters.length === 0) this.#forget(key);
    this.#open(waiter.claim);
    waiter.answer(this.#run(key));
    // Waiters of the same holder are the same attempt.
    for (const other of queue.waiters.filter((one) => one.claim.holder === waiter.claim.holder)) other.answer(this.#run(key));
    queue.waiters = queue.waiters.filter((one) => one.claim.holder !== waiter.claim.holder);
    if (queue.waiters.length === 0) this.#forget(key);
  }

  #answerAll(key: string, answer: ClaimAnswer): void {
    const waiters = this.#waiting.get(key)?.waiters ?? [];
    this.#forget(key);
    for (const waiter of waiters) waiter.answer(answer);
  }

  #forget(key: string): void {
    this.#waiting.get(key)?.stop?.();
    this.#waiting.delete(key);
  }

  #watch(key: string, until: number): void {
    const queue = this.#waiting.get(key);
    if (!queue) return;
    queue.stop?.();
    queue.stop = this.clock.after(Math.max(0, until - this.clock.now()), () => {
      const record = this.#live(key);
      if (record === undefined) this.#next(key);
      else this.#watch(key, record.until);
    });
  }
}

/** Beside the key: how often its effect has been undone. No key of an effect begins with a space. */
function undoneKey(key: string): string {
  return ` undone/${key}`;
}

function stored(record: KeyRecord): ClaimAnswer {
  const { output, response } = JSON.parse(record.result!) as { output: Json; response?: JsonObject };
  return { kind: 'stored', output, ...(response ? { response } : {}), holder: record.holder };
}
