/** Whether the events in a window are what a pattern looks for. Pure. */
import type { SeenEvent } from '#contracts/bus-rpc';
import type { EventPattern } from '#contracts/definition';

/** The events of the match, in order of time; `null` when there is none. */
export function matchPattern(pattern: EventPattern, events: readonly SeenEvent[]): SeenEvent[] | null {
  return pattern.condition === 'count' ? counted(pattern, events) : sequence(pattern, events);
}

function counted({ min, max }: EventPattern, events: readonly SeenEvent[]): SeenEvent[] | null {
  if (events.length < min || (max > 0 && events.length > max)) return null;
  return [...events];
}

/** Each of the types `min` times, and where the order matters, one after the other. */
function sequence({ event_types, min, max, ordered }: EventPattern, events: readonly SeenEvent[]): SeenEvent[] | null {
  const found: SeenEvent[] = [];
  let from = 0;
  for (const type of event_types) {
    const mine: SeenEvent[] = [];
    for (let at = ordered ? from : 0; at < events.length && mine.length < min; at++) {
      if (events[at]!.type !== type) continue;
      mine.push(events[at]!);
      from = at + 1;
    }
    if (mine.length < min) return null;
    if (max > 0 && events.filter((event) => event.type === type).length > max) return null;
    found.push(...mine);
  }
  return found.sort((a, b) => a.at - b.at);
}
