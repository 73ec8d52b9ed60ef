/**
 * The place of an execution among those of its tenant, and of its application, that are at work.
 *
 * Invariants
 * 1. A start takes a place before anything of it is on disk, or is told to wait for one, or is refused. It waits at one
 *    bound at most: whoever has waited is let in everywhere.
 * 2. A place is free again when the execution ends, or rests: until somebody comes, or for long. Going on from a rest it
 *    counts again and is not held up.
 * 3. Its place is kept as long as this instance says so: one that dies frees it by saying nothing.
 */
import type { QuotaAdmission } from '#contracts/admission';
import { type Bound, isRefused, type QueueAnswer, type QueueEntry, RENEW_PLACES_MS, type StartBounds } from '#contracts/quota';
import type { After } from '#contracts/stop';
import type { StartedState } from '#engine/state';
import { awaitsAdmission, hasEnded } from '#engine/status';
import { isIdle, waitsForOthers, wakeAt } from '#engine/wake';

/** What this isolate has leased. */
export interface PlacePort {
  hold(bound: Bound, id: string): Promise<{ kind: 'held' } | { kind: 'full'; waiting: number }>;
  /** Comes for a place that it waits for, or asks for one to wait for. */
  enter(bound: Bound, entry: QueueEntry): Promise<QueueAnswer>;
  leave(bound: Bound, id: string): Promise<void>;
  /** Counts it without asking. */
  adopt(bound: Bound, id: string): void;
  keep(bound: Bound, id: string): Promise<void>;
  free(bound: Bound, id: string): Promise<void>;
}

export type Refused = { bound: Bound; waiting: number };

/** A wait of this and more is a rest, ms. */
const REST_MS = 5_000;

export class Place {
  #bounds: Bound[] = [];
  #held = false;
  #beat: (() => void) | undefined;

  constructor(
    private readonly id: () => string,
    private readonly port: () => PlacePort,
    private readonly after: After,
    private readonly beside: (task: Promise<void>) => void,
  ) {}

  /** Nothing: it has a place everywhere. */
  async take({ bounds, priority }: StartBounds, key: string): Promise<{ waits: QuotaAdmission } | { refused: Refused } | undefined> {
    this.#bounds = bounds;
    for (const [index, bound] of bounds.entries()) {
      const answer = await this.port().hold(bound, this.id());
      if (answer.kind === 'held') continue;
      for (const held of bounds.slice(0, index)) this.beside(this.port().free(held, this.id()));
      const refused = isRefused(bound, answer.waiting, priority);
      return refused ? { refused: { bound, waiting: answer.waiting } } : { waits: { bound, key, priority } };
    }
    this.#hold();
    return undefined;
  }

  /** Where it waits, it has been granted its place. */
  granted({ bound }: QuotaAdmission): void {
    if (!this.#bounds.some(({ name }) => name === bound.name)) this.#bounds = [bound];
    for (const other of this.#bounds) if (other.name !== bound.name) this.port().adopt(other, this.id());
    this.#hold();
  }

  /** After each turn: whether it is at work. */
  follow(state: StartedState, now: number): void {
    if (this.#bounds.length === 0) return;
    const works = isAtWork(state, now);
    if (works && !this.#held) {
      for (const bound of this.#bounds) this.port().adopt(bound, this.id());
      this.#hold();
    } else if (!works && this.#held) this.free();
  }

  free(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#beat?.();
    for (const bound of this.#bounds) this.beside(this.port().free(bound, this.id()));
  }

  #hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#again();
  }

  #again(): void {
    this.#beat = this.after(RENEW_PLACES_MS, () => {
      for (const bound of this.#bounds) this.beside(this.port().keep(bound, this.id()));
      this.#again();
    });
  }
}

function isAtWork(state: StartedState, now: number): boolean {
  if (hasEnded(state) || awaitsAdmission(state) || waitsForOthers(state)) return false;
  if (Object.keys(state.active).length > 0 || isIdle(state)) return true;
  const due = wakeAt(state);
  return due !== undefined && due - now < REST_MS;
}
