/**
 * Events of one pattern that belong together, for as long as its window is. Object name:
 * `{tenant}/{workflow}/{environment}/{pattern}/{value of the correlation}`.
 *
 * 1. A match uses its events up: the next one begins anew.
 * 2. Whoever asks again for the event that completed a match gets the same match, so that a delivery that was lost
 *    in between can be repeated.
 * 3. When the window is over nothing is left on disk.
 * 4. It is on the region's list of objects before it holds anything, and no longer than it does: an erasure finds it, and a
 *    move carries what is half complete.
 */
import { DurableObject } from 'cloudflare:workers';
import type { EventWindowRpc, SeenEvent } from '#contracts/bus-rpc';
import type { EventPattern } from '#contracts/definition';
import type { ErasableRpc } from '#contracts/erasure';
import type { CarriableRpc, CarryAnswers, CarryOrder } from '#contracts/moving';
import { orAgain } from '#objects/again';
import { carriedRecord, carry, isHeldBack } from '#objects/carried';
import { eraseObject } from '#objects/erasable';
import { matchPattern } from '#objects/event-window/match';

/** Oldest are dropped first. */
const MAX_EVENTS = 1000;

interface Kept {
  /** The object's own. */
  name: string;
  events: SeenEvent[];
  matched?: { by: string; events: SeenEvent[] };
}

export interface WindowPorts {
  /** On the list of objects, or off it. Again does nothing. */
  list(name: string): Promise<void>;
  unlist(name: string): Promise<void>;
}

export abstract class EventWindowObjectBase<Env> extends DurableObject<Env> implements EventWindowRpc, ErasableRpc, CarriableRpc {
  protected abstract readonly ports: WindowPorts;

  async observe(name: string, pattern: EventPattern, event: SeenEvent): Promise<SeenEvent[] | null> {
    if (!this.#kept) await this.ports.list(name);
    // What is on its way takes nothing more: the event is delivered again, here or there.
    if (carriedRecord(this.ctx.storage).still) throw new Error('the window is on its way to another region');
    const kept = this.#kept ?? { name, events: [] };
    if (kept.matched?.by === event.id) return kept.matched.events;
    if (kept.events.some((each) => each.id === event.id) || kept.matched?.events.some((each) => each.id === event.id)) return null;
    const events = [...kept.events, event]
      .filter((each) => each.at > event.at - pattern.window_ms)
      .sort((a, b) => a.at - b.at)
      .slice(-MAX_EVENTS);
    const match = matchPattern(pattern, events);
    const used = new Set(match?.map((each) => each.id));
    const rest = pattern.condition === 'count' && match ? [] : events.filter((each) => !used.has(each.id));
    this.ctx.storage.kv.put('window', { name, events: rest, ...(match ? { matched: { by: event.id, events: match } } : {}) } satisfies Kept);
    await this.ctx.storage.setAlarm(Date.now() + pattern.window_ms);
    return match;
  }

  carry<O extends CarryOrder>(order: O): Promise<CarryAnswers[O['do']]> {
    return carry(this.ctx, order);
  }

  erase(): Promise<void> {
    return eraseObject(this.ctx);
  }

  override async alarm(): Promise<void> {
    if (isHeldBack(this.ctx)) return;
    const { storage } = this.ctx;
    const { name } = this.#kept ?? {};
    const [tenant = ''] = name?.split('/') ?? [];
    const close = async () => {
      if (name !== undefined) await this.ports.unlist(name);
      await storage.deleteAll();
    };
    // An event that comes meanwhile waits, and opens the window anew.
    await this.ctx.blockConcurrencyWhile(() => orAgain(storage, { what: 'event window', tenant }, Date.now, close));
  }

  get #kept(): Kept | undefined {
    return this.ctx.storage.kv.get<Kept>('window');
  }
}
