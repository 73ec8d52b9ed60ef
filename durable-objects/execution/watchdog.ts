/**
 * The alarm: the object's only promise to come back. It stays set while the execution has not ended, or its end has
 * not been handed to the index.
 */
import type { Definition } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import { activityOf } from '#engine/effect';
import type { StartedState } from '#engine/state';
import { awaitsAdmission, hasEnded } from '#engine/status';
import { isAtRest, isIdle, wakeAt } from '#engine/wake';
import { DETACHED_MARGIN_MS } from '#objects/execution/attempts';
import { later } from '#objects/later';

/** What has failed is looked at again after a lease, then after twice as long, up to this, ms. */
const LONGEST_WAIT_MS = 300_000;

/** How often an execution that is queued asks its gate how it stands, ms. */
const ASK_AGAIN_MS = 600_000;

type AlarmStorage = Pick<DurableObjectStorage, 'setAlarm' | 'deleteAlarm' | 'getAlarm'>;

/** Whether the index knows how it stands; of one that has ended also when it leaves the object, if ever. */
export type HandedOver = false | { archiveAt: number | undefined };

export class Watchdog {
  readonly #storage: AlarmStorage;
  /** Epoch ms; `null` for none, `undefined` for not yet known. */
  #at: number | null | undefined;

  constructor(storage: AlarmStorage) {
    this.#storage = storage;
  }

  /** Before the first `arm` of an object that already has a log. */
  async read(): Promise<void> {
    if (this.#at === undefined) this.#at = await this.#storage.getAlarm();
  }

  /** The object is new: there is none. */
  none(): void {
    if (this.#at === undefined) this.#at = null;
  }

  /** It has gone off. */
  fired(): void {
    this.#at = null;
  }

  /** What was to be done has failed, so often in a row: it is looked at again, later and later. */
  again(now: number, failures: number): void {
    const at = now + Math.min(LIMITS.leaseMs * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS);
    if (typeof this.#at === 'number' && this.#at <= at) return;
    this.#at = at;
    void this.#storage.setAlarm(at);
  }

  /** Nothing is left here to come back to. */
  disarm(): void {
    this.#at = null;
    void this.#storage.deleteAlarm();
  }

  /** Sets it for what comes next. Writes only when the one that is set would come too late, or for nothing. */
  arm(state: StartedState, definition: Definition | undefined, handedOver: HandedOver, now: number): void {
    const wanted = nextLook(state, definition, handedOver, now);
    const current = this.#at;
    if (wanted === undefined) {
      if (current !== null) void this.#storage.deleteAlarm();
      this.#at = null;
      return;
    }
    const asleep = hasEnded(state) ? handedOver : Object.keys(state.active).length === 0;
    if (current !== null && current !== undefined && (asleep ? current === wanted : current <= wanted)) return;
    void this.#storage.setAlarm(later(now, wanted));
    this.#at = wanted;
  }
}

/** When the execution must be looked at again, epoch ms; `undefined` when never. */
function nextLook(state: StartedState, definition: Definition | undefined, handedOver: HandedOver, now: number): number | undefined {
  if (hasEnded(state)) return handedOver ? handedOver.archiveAt : now + LIMITS.leaseMs;
  if (isIdle(state)) return now;
  // The gate calls; this is for a word that was lost.
  if (awaitsAdmission(state)) return now + (state.admission ? ASK_AGAIN_MS : LIMITS.leaseMs);
  // Nothing brings it back by itself, so the index has to have the row first.
  if (isAtRest(state)) return handedOver ? undefined : now + LIMITS.leaseMs;
  const looks: number[] = [];
  const due = wakeAt(state);
  if (due !== undefined) looks.push(due);
  for (const attempt of Object.values(state.active)) {
    const activity = definition && activityOf(state, definition, attempt.step, attempt.phase);
    looks.push(activity?.detached ? attempt.started_at + activity.timeout_ms + DETACHED_MARGIN_MS : now + LIMITS.leaseMs);
  }
  return Math.min(...looks);
}
