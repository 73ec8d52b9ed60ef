/**
 * Circuit breakers as an isolate sees them: copies that are at most a second old.
 *
 * Invariants
 * 1. A call through a closed breaker costs no hop and no row: all calls of an isolate share one look at the row a second,
 *    and where a breaker has no row, it is closed.
 * 2. Failures are told in batches: while one report is under way, what fails meanwhile goes with the next. A success is
 *    told only when it changes something.
 * 3. Nobody waits for another's report or reading: it belongs to the request that makes it, and may end with it.
 * 4. A breaker that cannot be asked keeps nobody from calling.
 */
import { type BreakerLimits, type BreakerName, type BreakerOrder, type BreakerRpc, type BreakerView, CLOSED } from '#contracts/breaker';
import type { Passage } from '#workers/performer/guarded';

/** From this age on somebody reads anew, ms; until the other, everybody else goes on with the copy meanwhile. */
const STALE_MS = 500;
const OLDEST_MS = 900;
/** While another tries, calls are held back for so long without asking again, ms. */
const HELD_MS = 200;
/** A report that is not back after this is taken for lost, ms. */
const REPORT_LOST_MS = 2000;
/** More than the call itself may take, ms. */
const LEASE_MARGIN_MS = 2000;
const MAX_COPIES = 5000;

interface Copy {
  view: BreakerView;
  /** Epoch ms; 0: never. */
  read_at: number;
  reading: boolean;
  /** No probe is asked for before this, epoch ms. */
  held_until: number;
  /** What has not been told, in the order in which it happened. */
  succeeded: boolean;
  failed: number;
  /** Since when a report is under way, epoch ms; 0: none. */
  reporting_since: number;
}

export interface BreakerPorts {
  /** The row; `null`: there is none. */
  read(name: BreakerName): Promise<BreakerView | null>;
  object(name: BreakerName): BreakerRpc;
  /** Epoch ms. */
  now(): number;
  failed(error: unknown, name: BreakerName): void;
}

export class BreakerWatch {
  readonly #copies = new Map<string, Copy>();

  async look(name: BreakerName, ports: BreakerPorts): Promise<BreakerView> {
    return (await this.#fresh(name, ports)).view;
  }

  async enter(name: BreakerName, order: BreakerOrder, longest_ms: number, ports: BreakerPorts): Promise<Passage> {
    const copy = await this.#fresh(name, ports);
    const now = ports.now();
    const { status, until } = copy.view;
    if (status === 'closed') return { kind: 'go' };
    if (status === 'open' && until === null) return { kind: 'refused', retry_after_ms: order.timeout_ms };
    if (status === 'open' && until! > now) return { kind: 'refused', retry_after_ms: until! - now };
    if (copy.held_until > now) return { kind: 'refused', retry_after_ms: copy.held_until - now };
    return this.#probe(name, copy, order, longest_ms, ports);
  }

  async leave(name: BreakerName, order: BreakerOrder, succeeded: boolean | null, probe: string | undefined, ports: BreakerPorts): Promise<void> {
    const copy = this.#copy(name);
    if (probe !== undefined) return this.#told(name, copy, ports, (object) => object.probed(name, { id: probe, succeeded }));
    if (succeeded === null || copy.view.status !== 'closed') return;
    if (succeeded && !copy.view.failing && copy.failed === 0) return;
    if (succeeded) {
      copy.succeeded = true;
      copy.failed = 0;
    } else copy.failed++;
    await this.#report(name, copy, order, ports);
  }

  /** It was changed here: the next look is at what is there now. */
  changed(name: BreakerName, view: BreakerView, now: number): void {
    this.#take(this.#copy(name), view, now);
  }

  async #report(name: BreakerName, copy: Copy, limits: BreakerLimits, ports: BreakerPorts): Promise<void> {
    const now = ports.now();
    if (copy.reporting_since > now - REPORT_LOST_MS) return;
    copy.reporting_since = now;
    while (copy.failed > 0 || copy.succeeded) {
      const { succeeded, failed } = copy;
      Object.assign(copy, { succeeded: false, failed: 0 });
      const { failure_threshold, success_threshold, timeout_ms } = limits;
      await this.#told(name, copy, ports, (object) => object.report(name, { limits: { failure_threshold, success_threshold, timeout_ms }, succeeded, failed }));
    }
    copy.reporting_since = 0;
  }

  async #probe(name: BreakerName, copy: Copy, order: BreakerOrder, longest_ms: number, ports: BreakerPorts): Promise<Passage> {
    const { failure_threshold, success_threshold, timeout_ms } = order;
    // Those who come while this one asks are held back without a hop.
    copy.held_until = ports.now() + HELD_MS;
    try {
      const answer = await ports
        .object(name)
        .probe(name, { limits: { failure_threshold, success_threshold, timeout_ms }, lease_ms: longest_ms + LEASE_MARGIN_MS });
      const now = ports.now();
      this.#take(copy, answer.view, now);
      if ('granted' in answer) return { kind: 'go', ...(answer.granted === '' ? {} : { probe: answer.granted }) };
      copy.held_until = Math.min(answer.again_at, now + HELD_MS);
      return { kind: 'refused', retry_after_ms: Math.max(1, answer.again_at - now) };
    } catch (error) {
      ports.failed(error, name);
      return { kind: 'go' };
    }
  }

  async #told(name: BreakerName, copy: Copy, ports: BreakerPorts, tell: (object: BreakerRpc) => Promise<BreakerView>): Promise<void> {
    try {
      this.#take(copy, await tell(ports.object(name)), ports.now());
      copy.held_until = 0;
    } catch (error) {
      ports.failed(error, name);
    }
  }

  async #fresh(name: BreakerName, ports: BreakerPorts): Promise<Copy> {
    const copy = this.#copy(name);
    const now = ports.now();
    const age = now - copy.read_at;
    if (age < STALE_MS || (copy.reading && age < OLDEST_MS)) return copy;
    copy.reading = true;
    try {
      this.#take(copy, (await ports.read(name)) ?? { ...CLOSED, revision: copy.view.status === 'closed' ? copy.view.revision : 0 }, now);
    } catch (error) {
      ports.failed(error, name);
      copy.read_at = now;
    }
    copy.reading = false;
    return copy;
  }

  /** An older view changes nothing: the row may lag behind what the object has answered. */
  #take(copy: Copy, view: BreakerView, now: number): void {
    if (view.revision >= copy.view.revision) copy.view = view;
    copy.read_at = now;
  }

  #copy(name: BreakerName): Copy {
    const key = `${name.tenant}/${name.environment}/${name.name}`;
    const known = this.#copies.get(key);
    if (known) return known;
    if (this.#copies.size >= MAX_COPIES) this.#copies.clear();
    const copy: Copy = { view: CLOSED, read_at: 0, reading: false, held_until: 0, succeeded: false, failed: 0, reporting_since: 0 };
    this.#copies.set(key, copy);
    return copy;
  }
}
