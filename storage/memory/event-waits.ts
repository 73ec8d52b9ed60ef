/** Memory twin of the waits for events. */
import type { EventWait, EventWaits, WantedEvent } from '#storage/execution-ports';

export class MemoryEventWaits implements EventWaits {
  readonly #waits = new Map<string, EventWait>();

  async put(waits: EventWait[]): Promise<void> {
    for (const wait of waits) this.#waits.set(keyOf(wait), wait);
  }

  async remove(waits: EventWait[]): Promise<void> {
    for (const wait of waits) this.#waits.delete(keyOf(wait));
  }

  async counts(tenant: string, environment: string, { events, most }: { events: number; most: number }): Promise<{ event: string; count: number }[]> {
    const counted = new Map<string, number>();
    for (const wait of this.#waits.values())
      if (wait.tenant === tenant && wait.environment === environment) counted.set(wait.event, Math.min(most, (counted.get(wait.event) ?? 0) + 1));
    return [...counted]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .slice(0, events)
      .map(([event, count]) => ({ event, count }));
  }

  async *matching({ tenant, environment, event, valueAt }: WantedEvent): AsyncIterable<EventWait> {
    for (const wait of [...this.#waits.values()]) {
      const { paths, values } = wait.correlation;
      const meant = wait.tenant === tenant && wait.environment === environment && wait.event === event;
      if (meant && paths.every((path, index) => valueAt(path) === values[index])) yield wait;
    }
  }
}

function keyOf({ tenant, environment, event, correlation, execution_id, step }: EventWait): string {
  return JSON.stringify([tenant, environment, event, correlation.paths, correlation.values, execution_id, step]);
}
