/**
 * Who waits for a place, and whose turn it is, over any storage.
 *
 * Invariants
 * 1. Greater priority goes first. Among equals the keys take turns, so that a key with a thousand waiting keeps none with
 *    one from its turn; within a key it goes by who came first.
 * 2. Nobody is forgotten: who waits, and who was granted a place and has not come for it, is on disk.
 */
import type { QueueEntry } from '#contracts/quota';

export interface Waiting extends QueueEntry {
  /** Order of arrival. */
  number: number;
  /** Epoch ms. */
  since: number;
  /** Places of the bound when it came. */
  max: number;
  /** Since when a place is kept for it, epoch ms. */
  granted_at?: number;
}

export interface WaitingStore {
  /** In any order. */
  all(): Waiting[];
  put(waiting: Waiting): void;
  delete(execution_id: string): void;
}

export class QuotaQueue {
  /** By arrival. */
  readonly #entries: Map<string, Waiting>;
  /** When a key last had its turn, as a count of turns. */
  readonly #served = new Map<string, number>();
  #turns = 0;
  #number: number;
  #waiting: number;
  #max: number;

  constructor(private readonly store: WaitingStore) {
    const all = store.all().sort((a, b) => a.number - b.number);
    this.#entries = new Map(all.map((each) => [each.execution_id, each]));
    this.#number = all.at(-1)?.number ?? 0;
    this.#waiting = all.filter(isWaiting).length;
    this.#max = all.at(-1)?.max ?? 0;
  }

  /** Without those that a place is kept for. */
  get waiting(): number {
    return this.#waiting;
  }

  get granted(): Waiting[] {
    return this.#granted === 0 ? [] : [...this.#entries.values()].filter((each) => !isWaiting(each));
  }

  get #granted(): number {
    return this.#entries.size - this.#waiting;
  }

  get(execution_id: string): Waiting | undefined {
    return this.#entries.get(execution_id);
  }

  /** Of the bound, as the one that came last knew it; 0: nobody is here. */
  get max(): number {
    return this.#max;
  }

  add(entry: QueueEntry, max: number, now: number): Waiting {
    const waiting = { ...entry, number: ++this.#number, since: now, max };
    this.#max = max;
    this.#keep(waiting);
    this.#waiting++;
    return waiting;
  }

  remove(execution_id: string): void {
    const known = this.#entries.get(execution_id);
    if (!known) return;
    if (isWaiting(known)) this.#waiting--;
    this.#entries.delete(execution_id);
    this.store.delete(execution_id);
    if (this.#entries.size === 0) this.#served.clear();
  }

  /** Keeps a place for whoever's turn it is. */
  grantNext(now: number): Waiting | undefined {
    const next = this.#next();
    if (!next) return undefined;
    this.#served.set(turnOf(next), ++this.#turns);
    const granted = { ...next, granted_at: now };
    this.#keep(granted);
    this.#waiting--;
    return granted;
  }

  /** 1: the next. */
  position(execution_id: string): number | null {
    const own = this.#entries.get(execution_id);
    if (!own || !isWaiting(own)) return null;
    const places = this.#places();
    const mine = places.get(own)!;
    let before = 0;
    for (const [other, place] of places) if (other !== own && compare(other, place, own, mine) < 0) before++;
    return before + 1;
  }

  /** The first of those that wait, in the order of their turns as things stand. */
  first(limit: number): Waiting[] {
    const places = [...this.#places()];
    return places
      .sort(([a, one], [b, other]) => compare(a, one, b, other))
      .slice(0, limit)
      .map(([each]) => each);
  }

  #next(): Waiting | undefined {
    let best: Waiting | undefined;
    for (const each of this.#entries.values()) {
      if (!isWaiting(each)) continue;
      if (!best || each.priority > best.priority || (each.priority === best.priority && this.#servedAt(each) < this.#servedAt(best))) best = each;
    }
    return best;
  }

  /** Round of each among those of its key, and when the key was last served. */
  #places(): Map<Waiting, Place> {
    const rounds = new Map<string, number>();
    const places = new Map<Waiting, Place>();
    for (const each of this.#entries.values()) {
      if (!isWaiting(each)) continue;
      const turn = turnOf(each);
      const round = rounds.get(turn) ?? 0;
      rounds.set(turn, round + 1);
      places.set(each, { round, served: this.#servedAt(each) });
    }
    return places;
  }

  #servedAt(each: Waiting): number {
    return this.#served.get(turnOf(each)) ?? 0;
  }

  #keep(waiting: Waiting): void {
    this.#entries.set(waiting.execution_id, waiting);
    this.store.put(waiting);
  }
}

interface Place {
  round: number;
  served: number;
}

function compare(a: Waiting, one: Place, b: Waiting, other: Place): number {
  return b.priority - a.priority || one.round - other.round || one.served - other.served || a.number - b.number;
}

function isWaiting({ granted_at }: Waiting): boolean {
  return granted_at === undefined;
}

function turnOf({ priority, key }: Waiting): string {
  return `${priority} ${key}`;
}
