/**
 * Who may begin: the rules of one gate, over any storage.
 *
 * Invariants
 * 1. At most `max` executions hold a place at any instant; a place is free again only when its holder has left, or is
 *    known to have ended.
 * 2. Who waits goes by priority, then by who came first. Nobody who is queued is forgotten: whoever leaves makes room for
 *    the next, and while somebody waits the holders are looked after.
 * 3. What is to be told to an execution (granted, refused, cancel) is on disk before it is tried, and is tried until it
 *    has been heard. Hearing it twice does no harm.
 * 4. Asking again under the same execution gives the same answer: an execution has one place here, or none.
 */
import type { AdmissionAnswer, AdmissionRequest, GateRpc, Standing } from '#contracts/admission';
import { LIMITS } from '#contracts/limits';

type Entry = Parameters<GateRpc['enter']>[0];

/** Instants are epoch ms. */
export interface GatePlace {
  tenant: string;
  execution_id: string;
  request: AdmissionRequest;
  /** Order of arrival. */
  number: number;
  status: 'held' | 'queued' | 'settling' | 'refused';
  at: number;
  /** Settling: since when starts follow each other, and until when this one waits. */
  first_at?: number;
  until?: number;
  /** Held, and told to end: its place is as good as free. */
  leaving?: true;
  /** To be told, and not yet heard. */
  duty?: { kind: 'granted' } | { kind: 'refused'; reason: 'superseded' | 'full' | 'busy'; by?: string } | { kind: 'cancel'; by: string };
}

interface GatePlaces {
  /** In any order. */
  all(): GatePlace[];
  put(place: GatePlace): void;
  delete(execution_id: string): void;
}

/** The executions, as a gate speaks to them. A rejection means that it was not heard. */
export interface GatePeers {
  tell(tenant: string, execution_id: string, answer: AdmissionAnswer): Promise<void>;
  cancel(tenant: string, execution_id: string, reason: string): Promise<void>;
  /** Whether it still runs or waits; false also when there is no such execution. A rejection: nobody can tell. */
  isOpen(tenant: string, execution_id: string): Promise<boolean>;
}

export interface GateClock {
  now(): number;
  /** Has `wake` called at the instant; an earlier one that is set stays. */
  wakeAt(instant: number): void;
}

/** What was not heard is told again after this, ms. */
const TELL_AGAIN_MS = 5_000;
/** While somebody waits for a place, its holders are looked after this often, ms. */
const LOOK_AFTER_MS = 60_000;

export class Gate implements GateRpc {
  readonly #places: Map<string, GatePlace>;
  #number: number;

  constructor(
    private readonly store: GatePlaces,
    private readonly peers: GatePeers,
    private readonly clock: GateClock,
    /** Has work done beside the call that caused it. */
    private readonly beside: (task: Promise<void>) => void,
  ) {
    this.#places = new Map(store.all().map((place) => [place.execution_id, place]));
    this.#number = Math.max(0, ...[...this.#places.values()].map((place) => place.number));
  }

  async enter({ tenant, execution_id, request }: Entry): Promise<AdmissionAnswer> {
    const known = this.#places.get(execution_id);
    if (known) return this.#answerTo(known);
    const now = this.clock.now();
    const place: GatePlace = { tenant, execution_id, request, number: ++this.#number, status: 'queued', at: now };
    return request.debounce ? this.#settle(place, request.debounce) : this.#arrive(place);
  }

  async leave(execution_id: string): Promise<void> {
    if (!this.#places.has(execution_id)) return;
    this.#remove(execution_id);
    this.#promote();
  }

  async standing(execution_id: string): Promise<Standing | null> {
    const place = this.#places.get(execution_id);
    if (place?.status === 'settling') return { reason: 'debounce', until: place.until! };
    if (place?.status !== 'queued') return null;
    return { reason: 'concurrency', position: this.#position(place), holders: this.#with('held').map((holder) => holder.execution_id) };
  }

  /** Due timers, what has not been heard, and holders that may have been lost. */
  async wake(): Promise<void> {
    const now = this.clock.now();
    for (const place of this.#with('settling')) {
      if (place.until! > now) this.clock.wakeAt(place.until!);
      else this.#tellWhatCame(place);
    }
    await this.#work();
    for (const holder of this.#with('held')) {
      if (now - holder.at < LOOK_AFTER_MS) continue;
      // In doubt it keeps its place, and is looked after again.
      if (!(await this.peers.isOpen(holder.tenant, holder.execution_id).catch(() => true))) await this.leave(holder.execution_id);
    }
    if (this.#with('queued').length > 0) this.clock.wakeAt(this.clock.now() + LOOK_AFTER_MS);
  }

  /** Whoever settled before it will not run; it waits for the window to pass. */
  #settle(place: GatePlace, { window_ms, max_wait_ms }: NonNullable<AdmissionRequest['debounce']>): AdmissionAnswer {
    const before = this.#with('settling');
    const first_at = Math.min(place.at, ...before.map((each) => each.first_at!));
    const until = Math.min(place.at + window_ms, first_at + (max_wait_ms ?? Number.MAX_SAFE_INTEGER));
    this.#keep({ ...place, status: 'settling', first_at, until });
    for (const each of before) this.#refuse(each, place.execution_id);
    this.clock.wakeAt(until);
    this.#begin();
    return { kind: 'queued', reason: 'debounce', until };
  }

  /** It wants a place now. */
  #arrive(place: GatePlace): AdmissionAnswer {
    const { max, on_conflict } = place.request;
    // Nothing to bound: it had to settle only.
    if (max === undefined) {
      this.#remove(place.execution_id);
      return { kind: 'granted' };
    }
    const held = this.#with('held');
    const queued = this.#with('queued').filter((each) => each !== place && each.execution_id !== place.execution_id);
    if (held.length < max && queued.length === 0) {
      this.#keep({ ...place, status: 'held', at: this.clock.now() });
      return { kind: 'granted' };
    }
    this.clock.wakeAt(this.clock.now() + LOOK_AFTER_MS);
    if (on_conflict === 'skip') {
      this.#remove(place.execution_id);
      const by = held.at(-1)?.execution_id ?? queued[0]?.execution_id;
      return { kind: 'refused', reason: 'busy', ...(by === undefined ? {} : { by }) };
    }
    if (on_conflict === 'cancel_previous') {
      for (const each of queued) this.#refuse(each, place.execution_id);
      const staying = held.filter((holder) => holder.duty?.kind !== 'cancel' && !holder.leaving);
      for (const holder of staying.slice(0, Math.max(0, staying.length - max + 1))) {
        this.#keep({ ...holder, duty: { kind: 'cancel', by: place.execution_id } });
      }
    } else if (queued.length >= LIMITS.gateQueue) {
      this.#remove(place.execution_id);
      return { kind: 'refused', reason: 'full' };
    }
    this.#keep({ ...place, status: 'queued' });
    this.#begin();
    return this.#answerTo(place);
  }

  /** A start that has settled: what has come of it is told, for its own call was answered long ago. */
  #tellWhatCame(place: GatePlace): void {
    const answer = this.#arrive({ ...place, status: 'queued', first_at: undefined, until: undefined });
    const settled = this.#places.get(place.execution_id) ?? place;
    if (answer.kind === 'granted') this.#keep({ ...settled, status: 'held', duty: { kind: 'granted' } });
    else if (answer.kind === 'refused') this.#keep({ ...settled, status: 'refused', duty: answer });
    this.#begin();
  }

  /** Places that are free go to those who wait. */
  #promote(): void {
    const queued = this.#with('queued').sort(first);
    let held = this.#with('held').length;
    for (const next of queued) {
      if (held >= (next.request.max ?? Number.MAX_SAFE_INTEGER)) break;
      this.#keep({ ...next, status: 'held', at: this.clock.now(), duty: { kind: 'granted' } });
      held++;
    }
    this.#begin();
  }

  #refuse(place: GatePlace, by: string): void {
    this.#keep({ ...place, status: 'refused', duty: { kind: 'refused', reason: 'superseded', by } });
  }

  // --- what is to be told ---------------------------------------------------------------------

  /** What is being told right now. */
  readonly #telling = new Set<NonNullable<GatePlace['duty']>>();

  /** Tells it at once, beside the call; the alarm is there in case nobody hears it. */
  #begin(): void {
    if (![...this.#places.values()].some((place) => place.duty)) return;
    this.clock.wakeAt(this.clock.now() + TELL_AGAIN_MS);
    this.beside(this.#work());
  }

  async #work(): Promise<void> {
    const due = [...this.#places.values()].filter(({ duty }) => duty && !this.#telling.has(duty));
    await Promise.all(due.map((place) => this.#tell(place)));
    if ([...this.#places.values()].some((place) => place.duty)) this.clock.wakeAt(this.clock.now() + TELL_AGAIN_MS);
  }

  async #tell(place: GatePlace): Promise<void> {
    const { tenant, execution_id } = place;
    const duty = place.duty!;
    this.#telling.add(duty);
    try {
      if (duty.kind === 'cancel') await this.peers.cancel(tenant, execution_id, `superseded by ${duty.by}`);
      else await this.peers.tell(tenant, execution_id, duty);
    } catch {
      return;
    } finally {
      this.#telling.delete(duty);
    }
    const now = this.#places.get(execution_id);
    // It may have left, or been told something else meanwhile.
    if (now?.duty !== duty) return;
    if (now.status === 'refused' || now.request.max === undefined) this.#remove(execution_id);
    else this.#keep({ ...now, duty: undefined, ...(duty.kind === 'cancel' ? { leaving: true } : {}) });
  }

  // --- places ---------------------------------------------------------------------------------

  #answerTo(place: GatePlace): AdmissionAnswer {
    switch (place.status) {
      case 'held':
        return { kind: 'granted' };
      case 'settling':
        return { kind: 'queued', reason: 'debounce', until: place.until! };
      case 'queued':
        return { kind: 'queued', reason: 'concurrency', position: this.#position(place) };
      case 'refused':
        return place.duty?.kind === 'refused' ? place.duty : { kind: 'refused', reason: 'superseded' };
      default: {
        const never: never = place.status;
        return never;
      }
    }
  }

  #position(place: GatePlace): number {
    return 1 + this.#with('queued').filter((each) => first(each, place) < 0).length;
  }

  /** By arrival. */
  #with(status: GatePlace['status']): GatePlace[] {
    return [...this.#places.values()].filter((place) => place.status === status).sort((a, b) => a.number - b.number);
  }

  #keep(place: GatePlace): void {
    this.#places.set(place.execution_id, place);
    this.store.put(place);
  }

  #remove(execution_id: string): void {
    if (this.#places.delete(execution_id)) this.store.delete(execution_id);
  }
}

/** Who goes first of two that wait. */
function first(a: GatePlace, b: GatePlace): number {
  return b.request.priority - a.request.priority || a.number - b.number;
}
