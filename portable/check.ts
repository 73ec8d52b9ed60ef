/** Replays an exported execution on this version of the engine: the regression test for upgrades. */
import type { Definition } from '#contracts/definition';
import { type LogEvent, STORED_KEYS, type Stored } from '#contracts/events';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { type Retraced, type Retracing, retrace } from '#engine/retrace';
import type { PortableExecution } from '#portable/read';

/** Throws Problem('invalid_export') when the file has not all that a replay needs. */
export function checkReplay(file: PortableExecution, world: Pick<Retracing, 'evaluator' | 'context'>): Retraced {
  const definitions = new Map<string, Definition>(file.definitions.map(({ hash, definition }) => [hash, definition]));
  const first = file.events[0];
  if (first?.type !== 'execution.started' || !definitions.has(first.data.definition)) {
    throw new Problem('invalid_export', 'The file has no definition, so there is nothing to replay the execution on.');
  }
  return retrace(withValues(file), { ...world, definitions });
}

/** The log with its large values in place. */
export function withValues({ events, payloads }: PortableExecution): LogEvent[] {
  if (payloads.size === 0) return events;
  return events.map((event) => {
    const data = event.data as Record<string, unknown>;
    const changed: Record<string, unknown> = {};
    for (const key of STORED_KEYS) {
      const stored = data[key] as Stored | undefined;
      const payload = stored && 'ref' in stored ? payloads.get(stored.ref.key) : undefined;
      if (payload) changed[key] = { value: JSON.parse(payload.text) as Json };
    }
    return Object.keys(changed).length === 0 ? event : ({ ...event, data: { ...data, ...changed } } as unknown as LogEvent);
  });
}
