/**
 * What this isolate has leased of the bounds that it works under, and what of it is in use.
 *
 * Invariants
 * 1. While leases last, a start and a place cost no call. Who runs short asks for itself and for those who come next.
 * 2. Nobody waits for another's question: it belongs to the request that asks it, and may end with it.
 * 3. What is in use is told as it is; a holder that has not been heard of for the time of a lease is none any more.
 * 4. A bound that cannot be asked keeps nobody from working.
 */
import { type Bound, PLACES_LAST_MS, type PlaceAnswer, type QuotaRpc, RENEW_PLACES_MS } from '#contracts/quota';
import { type LeasePorts, TokenLeases } from '#workers/quota/token-leases';

export interface BookPorts extends LeasePorts {
  object(name: string): QuotaRpc;
}

interface Entry {
  /** Executions at work here, and when they were last heard of, epoch ms. */
  used: Map<string, number>;
  places: number;
  places_until: number;
  waiting: number;
  answer: number;
  asked_at: number;
  /** How many ask for a place right now. */
  wanting: number;
  /** Starts are refused until then without a question, by what their priority meets, epoch ms. */
  full_until: { soft: number; hard: number };
}

/** While nobody is known to wait, places that are free are told so often at most, ms. */
const TELL_FREE_MS = 1000;
const MAX_ENTRIES = 5000;

export class QuotaBook {
  readonly #starts = new TokenLeases();
  readonly #entries = new Map<string, Entry>();
  #holder: string | undefined;

  /** Name of this isolate. Made late: a Worker knows no chance before its first request. */
  get holder(): string {
    this.#holder ??= crypto.randomUUID();
    return this.#holder;
  }

  // --- starts -----------------------------------------------------------------------------------

  /** A start that is refused without a question: it may come again after so many seconds. `undefined`: `token` has the word. */
  refused({ name, rate }: Bound, now: number): number | undefined {
    return rate && this.#starts.refused({ name, rate }, 1, now);
  }

  /** `undefined`: it may start. Else after so many seconds. */
  async token(bound: Bound, ports: BookPorts): Promise<number | undefined> {
    const { name, rate } = bound;
    if (!rate) return undefined;
    const ask = (order: { wanted: number; least: number }) => ports.object(name).tokens({ bucket: 'starts', rate, ...order });
    return this.#starts.take({ name, rate, ask }, 1, ports);
  }

  /** Starts are refused for so long, ms. */
  noteFull(name: string, kind: 'soft' | 'hard', ms: number, now: number): void {
    this.#entry(name).full_until[kind] = now + ms;
  }

  /** Until when starts are refused, epoch ms; in the past: they are not. */
  fullUntil(name: string): { soft: number; hard: number } {
    return this.#entry(name).full_until;
  }

  // --- places -----------------------------------------------------------------------------------

  /** A place for the execution, or how many wait for one. */
  async hold(bound: Bound, id: string, ports: BookPorts): Promise<{ kind: 'held' } | { kind: 'full'; waiting: number }> {
    const entry = this.#entry(bound.name);
    const take = () => {
      if (!entry.used.has(id) && this.#used(entry, ports.now()) >= entry.places) return false;
      entry.used.set(id, ports.now());
      return true;
    };
    if (entry.used.has(id) || (entry.waiting === 0 && entry.places_until > ports.now() && take())) return { kind: 'held' };
    entry.wanting++;
    try {
      await this.#askPlaces(bound, entry, { wanted: entry.wanting, spare: entry.used.size }, ports);
    } catch (error) {
      ports.failed(error, bound.name);
      entry.used.set(id, ports.now());
      return { kind: 'held' };
    } finally {
      entry.wanting--;
    }
    return take() ? { kind: 'held' } : { kind: 'full', waiting: entry.waiting };
  }

  /** It was granted a place by the object itself, or goes on without having to ask. */
  adopt(name: string, id: string, granted: boolean, now: number): void {
    const entry = this.#entry(name);
    if (granted) entry.places++;
    entry.used.set(id, now);
  }

  /** An execution of this isolate waits there now: what comes free is told at once. */
  noteWaiting(name: string): void {
    const entry = this.#entry(name);
    entry.waiting = Math.max(1, entry.waiting);
  }

  /** It is still at work. Resolves once the lease is renewed, where that was due. */
  async keep(bound: Bound, id: string, ports: BookPorts): Promise<void> {
    const entry = this.#entry(bound.name);
    entry.used.set(id, ports.now());
    if (ports.now() - entry.asked_at >= RENEW_PLACES_MS) await this.#report(bound, entry, ports);
  }

  /** Its place is free. Told at once where somebody waits; else now and then, for executions of other isolates may. */
  async free(bound: Bound, id: string, ports: BookPorts): Promise<void> {
    const entry = this.#entry(bound.name);
    if (!entry.used.delete(id)) return;
    if (entry.waiting > 0 || ports.now() - entry.asked_at >= TELL_FREE_MS) await this.#report(bound, entry, ports);
  }

  async #report(bound: Bound, entry: Entry, ports: BookPorts): Promise<void> {
    await this.#askPlaces(bound, entry, { wanted: 0, spare: 0 }, ports).catch((error) => ports.failed(error, bound.name));
  }

  async #askPlaces(bound: Bound, entry: Entry, more: { wanted: number; spare: number }, ports: BookPorts): Promise<void> {
    entry.asked_at = ports.now();
    const used = this.#used(entry, ports.now());
    this.#take(entry, await ports.object(bound.name).places(bound, { holder: this.holder, used, ...more }));
  }

  #take(entry: Entry, { places, until, waiting, number }: PlaceAnswer): void {
    // A new instance of the object counts anew.
    if (number < entry.answer && until <= entry.places_until) return;
    Object.assign(entry, { places, places_until: until, waiting, answer: number });
  }

  #used(entry: Entry, now: number): number {
    for (const [id, at] of entry.used) if (at + PLACES_LAST_MS <= now) entry.used.delete(id);
    return entry.used.size;
  }

  #entry(name: string): Entry {
    const known = this.#entries.get(name);
    if (known) return known;
    if (this.#entries.size >= MAX_ENTRIES) {
      for (const [other, { used, wanting }] of this.#entries) if (used.size + wanting === 0) this.#entries.delete(other);
    }
    const entry: Entry = {
      used: new Map(),
      places: 0,
      places_until: 0,
      waiting: 0,
      answer: 0,
      asked_at: 0,
      wanting: 0,
      full_until: { soft: 0, hard: 0 },
    };
    this.#entries.set(name, entry);
    return entry;
  }
}
