/**
 * Lanes of an isolate: how much of one kind a tenant has under way at the same time, and how many bytes go by in a second.
 *
 * Invariants
 * 1. Turns go by who came first. Who gives up, or is never heard of again, is passed over and takes no place.
 * 2. Everybody waits by a timer of their own: a request of the runtime may end at any moment, and must leave nobody behind
 *    who waits for it.
 * 3. Bytes are paid for after they went by: nothing is cut, what comes next waits until they are paid off.
 */
import { Problem } from '#contracts/problems';

interface Lane {
  /** Until when each of those under way counts at most, epoch ms. */
  held: Map<symbol, number>;
  /** Those who wait, in order, and when they were last heard of, epoch ms. */
  waiting: Map<symbol, number>;
}

interface Pace {
  /** Bytes that may go by; below 0: owed. */
  balance: number;
  at: number;
}

/** A place that somebody has. */
export interface Held {
  /** It counts for so long from now, ms; also where it had been taken for lost. */
  keep(ms: number): void;
  end(): void;
}

export interface Turn {
  /** Not more of this kind at the same time. */
  most: number;
  /** How long what is done may take, ms: after that it counts no more. */
  lasts_ms: number;
  /** How long to wait for a turn, ms. */
  patience_ms: number;
  signal: AbortSignal;
}

const FIRST_LOOK_MS = 2;
const LAST_LOOK_MS = 50;
/** Who waits and has not looked for so long has gone, ms. */
const GONE_MS = 2000;
const MAX_LANES = 5000;

export class Bulkhead {
  readonly #lanes = new Map<string, Lane>();
  readonly #paces = new Map<string, Pace>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** Resolves with the place. Throws Problem('egress_busy'), or the signal's reason. */
  async enter(name: string, turn: Turn): Promise<Held> {
    const lane = this.#lane(name);
    const own = Symbol();
    const begun = this.now();
    for (let look = FIRST_LOOK_MS; !this.#isNext(lane, own, turn.most); look = Math.min(look * 2, LAST_LOOK_MS)) {
      lane.waiting.set(own, this.now());
      try {
        await this.#wait(look, begun, turn);
      } catch (error) {
        lane.waiting.delete(own);
        throw error;
      }
    }
    lane.waiting.delete(own);
    let ended = false;
    const keep = (ms: number) => void (ended || lane.held.set(own, this.now() + ms));
    keep(turn.lasts_ms);
    return {
      keep,
      end() {
        ended = true;
        lane.held.delete(own);
      },
    };
  }

  /** Resolves once what went by before is paid for. Throws as `enter`. */
  async pace(name: string, bytes_per_s: number, turn: Omit<Turn, 'most' | 'lasts_ms'>): Promise<void> {
    const begun = this.now();
    for (let owed = this.#owed(name, bytes_per_s); owed > 0; owed = this.#owed(name, bytes_per_s)) {
      await this.#wait(Math.min(1000, Math.ceil((owed / bytes_per_s) * 1000)), begun, turn);
    }
  }

  /** So many bytes went by. */
  spend(name: string, bytes_per_s: number, bytes: number): void {
    this.#owed(name, bytes_per_s);
    this.#paces.get(name)!.balance -= bytes;
  }

  async #wait(ms: number, begun: number, { patience_ms, signal }: Pick<Turn, 'patience_ms' | 'signal'>): Promise<void> {
    if (signal.aborted) throw signal.reason;
    const left = patience_ms - (this.now() - begun);
    if (left <= 0) {
      throw new Problem('egress_busy', `Nothing came free within ${patience_ms} ms: the company has as many calls or statements under way as it may.`);
    }
    await this.sleep(Math.min(ms, left));
    if (signal.aborted) throw signal.reason;
  }

  #isNext(lane: Lane, own: symbol, most: number): boolean {
    const now = this.now();
    for (const [other, until] of lane.held) if (until <= now) lane.held.delete(other);
    for (const [other, seen] of lane.waiting) if (seen + GONE_MS <= now) lane.waiting.delete(other);
    let free = most - lane.held.size;
    for (const other of lane.waiting.keys()) {
      if (free <= 0) return false;
      if (other === own) return true;
      free--;
    }
    return free > 0;
  }

  /** Bytes that have to be paid off before more may go by. At most a second's worth is saved up. */
  #owed(name: string, bytes_per_s: number): number {
    const now = this.now();
    const known = this.#paces.get(name);
    if (!known && this.#paces.size >= MAX_LANES) this.#paces.clear();
    const pace = known ?? { balance: bytes_per_s, at: now };
    pace.balance = Math.min(bytes_per_s, pace.balance + ((now - pace.at) / 1000) * bytes_per_s);
    pace.at = now;
    this.#paces.set(name, pace);
    return Math.max(0, -pace.balance);
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    if (this.#lanes.size >= MAX_LANES) {
      for (const [other, { held, waiting }] of this.#lanes) if (held.size + waiting.size === 0) this.#lanes.delete(other);
    }
    const lane: Lane = { held: new Map(), waiting: new Map() };
    this.#lanes.set(name, lane);
    return lane;
  }
}
