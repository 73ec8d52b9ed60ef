/**
 * Effects by their key: who runs, who waits, what is already known. The rules, over any storage.
 *
 * 1. At any instant at most one holder has an open claim whose lease has not ended.
 * 2. The first result of a key is kept until its time is over, or until its effect has been undone; nothing replaces it before.
 * 3. Claims and results are on disk before they are answered; only those who wait are in memory, and a caller whose
 *    wait was lost claims again under the same holder.
 * 4. A holder that claims again while its own claim is open gets `run`: it is the same attempt's next life.
 * 5. Looking and listing change nothing, and a list looks through a bounded number of keys at a time.
 * 6. So does a sweep. It goes from key to key, without an index by time: that would cost a written row for each key and each
 *    result, a thousand times what it costs to read them.
 */
import type { Json, JsonObject } from '#contracts/json';
import type { KeyOwner, KeyPage, KeyPlace, KeyQuery, KeyStoreRpc } from '#contracts/key-store';
import { LIMITS } from '#contracts/limits';
import { fitsKey, type KeyLine, listedKey } from '#objects/key-list';

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
  /** When it was taken, and whose it is. Without them it is in no list. */
  at?: number;
  owner?: KeyOwner;
}

export interface KeyRecords {
  get(key: string): KeyRecord | undefined;
  put(key: string, record: KeyRecord): void;
  delete(key: string): void;
  /** Those with a time, the newest first: that of the same time with the greater key. */
  newest(before: KeyPlace | undefined, limit: number): KeyLine[];
  /**
   * Of at most `limit` keys behind `after`, in their order, removes those whose `until` is before `instant`.
   * `next`: the earliest `until` that is left of them. `place`: the last of them, where there may be more behind it.
   */
  removeBefore(instant: number, after: string, limit: number): { next?: number; place?: string };
}

/** A sweep that has not come to its end. */
interface Round {
  /** The last key that it has looked at. */
  place: string;
  /** The earliest `until` of what it has passed, or was put there since. */
  earliest: number;
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
/** Keys that one page of a list looks through, and those of them that are read at once. */
const MOST_LOOKED_AT = 5_000;
const READ_AT_ONCE = 250;
/** Rounds of sweeps come at most this often; so many keys are looked at in one turn. */
const SWEEP_EVERY_MS = 600_000;
export const SWEPT_AT_ONCE = 5_000;

export class KeyStore implements KeyStoreRpc {
  readonly #waiting = new Map<string, { waiters: Waiter[]; stop?: () => void }>();
  #round: Round | undefined;

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
    this.#open(claim, record);
    return this.#run(claim.key);
  }

  async look(key: string): ReturnType<KeyStoreRpc['look']> {
    const record = this.#live(key);
    if (!record) return null;
    const { holder, until, owner, result } = record;
    return {
      holder,
      until,
      ...(owner ? { owner } : {}),
      ...(result === undefined ? {} : { result: JSON.parse(result) as { output: Json; response?: JsonObject } }),
    };
  }

  async settle({ key, holder, result, ttl_ms }: Settlement): Promise<void> {
    const record = this.#live(key);
    const mine = record === undefined || record.holder === holder;
    if (record?.result !== undefined || !mine) return;
    if (result) {
      const until = this.clock.now() + ttl_ms;
      const known = this.records.get(key);
      const { at, owner } = known?.holder === holder ? known : {};
      const kept: KeyRecord = { holder, until, result: JSON.stringify(result), at, owner };
      this.#put(key, kept);
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
    this.#void(key, record, this.clock.now() + ttl_ms);
  }

  async release({ key, holder }: Parameters<KeyStoreRpc['release']>[0]): ReturnType<KeyStoreRpc['release']> {
    const record = this.#live(key);
    if (record?.holder !== holder) return 'gone';
    if (record.result === undefined) return 'running';
    // The other side may remember the first effect for as long as it was kept here.
    this.#void(key, record, Math.max(record.until, this.clock.now() + LIMITS.idempotencyTtlMs));
    return 'released';
  }

  async list(query: KeyQuery): Promise<KeyPage> {
    const now = this.clock.now();
    const items: KeyPage['items'] = [];
    let place = query.before;
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += READ_AT_ONCE) {
      const lines = this.records.newest(place, READ_AT_ONCE);
      for (const line of lines) {
        const item = listedKey(line, now);
        if (!fitsKey(item, query)) continue;
        if (items.length === query.limit) return { items, next: placeOf(items.at(-1)!) };
        items.push(item);
      }
      if (lines.length < READ_AT_ONCE) return { items, next: null };
      place = placeOf(lines.at(-1)!);
    }
    return { items, next: place! };
  }

  /** Removes what is over, of some keys at a time; begins anew where the object was lost in between. */
  sweep(): void {
    const now = this.clock.now();
    const { place: after = '', earliest: before = Number.POSITIVE_INFINITY } = this.#round ?? {};
    const { next = Number.POSITIVE_INFINITY, place } = this.records.removeBefore(now - OPEN_GRACE_MS, after, SWEPT_AT_ONCE);
    const earliest = Math.min(before, next);
    this.#round = place === undefined ? undefined : { place, earliest };
    if (this.#round) this.clock.wakeAt(now);
    else if (earliest < Number.POSITIVE_INFINITY) this.clock.wakeAt(Math.max(earliest + OPEN_GRACE_MS, now + SWEEP_EVERY_MS));
  }

  #put(key: string, record: KeyRecord): void {
    this.records.put(key, record);
    if (this.#round) this.#round.earliest = Math.min(this.#round.earliest, record.until);
    else this.clock.wakeAt(record.until + OPEN_GRACE_MS);
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

  /** What was had is not any more: the next effect under the key is another one. */
  #void(key: string, { holder }: KeyRecord, until: number): void {
    this.records.delete(key);
    this.#put(undoneKey(key), { holder, until, result: String(this.#undone(key) + 1) });
  }

  /** `known`: an open claim of the same holder, which goes on. */
  #open(claim: Claim, known?: KeyRecord): void {
    const until = this.clock.now() + claim.lease_ms;
    this.#put(claim.key, { holder: claim.holder, until, at: known?.at ?? this.clock.now(), owner: claim.owner });
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

function placeOf({ at, key }: KeyPlace): KeyPlace {
  return { at, key };
}

function stored(record: KeyRecord): ClaimAnswer {
  const { output, response } = JSON.parse(record.result!) as { output: Json; response?: JsonObject };
  return { kind: 'stored', output, ...(response ? { response } : {}), holder: record.holder };
}
