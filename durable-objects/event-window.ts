/**
 * Events of one pattern that belong together, for as long as its window is. Object name:
 * `{tenant}/{workflow}/{environment}/{pattern}/{value of the correlation}`.
 *
 * 1. A match uses its events up: the next one begins anew.
 * 2. Whoever asks again for the event that completed a match gets the same match, so that a delivery that was lost
 *    in between can be repeated.
 * 3. When the window is over nothing is left on disk.
 */
import { DurableObject } from 'cloudflare:workers';
import type { EventWindowRpc, SeenEvent } from '#contracts/bus-rpc';
import type { EventPattern } from '#contracts/definition';
import { matchPattern } from '#objects/event-window/match';

/** Oldest are dropped first. */
const MAX_EVENTS = 1000;

interface Kept {
  events: SeenEvent[];
  matched?: { by: string; events: SeenEvent[] };
}

export class EventWindowObject<Env = unknown> extends DurableObject<Env> implements EventWindowRpc {
  async observe(pattern: EventPattern, event: SeenEvent): Promise<SeenEvent[] | null> {
    const kept = this.ctx.storage.kv.get<Kept>('window') ?? { events: [] };
    if (kept.matched?.by === event.id) return kept.matched.events;
    if (kept.events.some((each) => each.id === event.id) || kept.matched?.events.some((each) => each.id === event.id)) return null;
    const events = [...kept.events, event]
      .filter((each) => each.at > event.at - pattern.window_ms)
      .sort((a, b) => a.at - b.at)
      .slice(-MAX_EVENTS);
    const match = matchPattern(pattern, events);
    const used = new Set(match?.map((each) => each.id));
    const rest = pattern.condition === 'count' && match ? [] : events.filter((each) => !used.has(each.id));
    this.ctx.storage.kv.put('window', { events: rest, ...(match ? { matched: { by: event.id, events: match } } : {}) } satisfies Kept);
    await this.ctx.storage.setAlarm(Date.now() + pattern.window_ms);
    return match;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
