/** How the timeline shows what an event says: values, large ones by a link, and instants. */
import type { Stored } from '#contracts/events';
import type { PayloadLink } from '#contracts/execution';
import type { Json } from '#contracts/json';

/** A value as a reader gets it: itself, or where the whole of it can be fetched. */
export function shown(stored: Stored, executionId: string): Json {
  if ('value' in stored) return stored.value;
  const { sha256, size } = stored.ref;
  const link: PayloadLink = { _payload: { sha256, size, url: `/api/v1/executions/${executionId}/payloads/${sha256}` } };
  return link as unknown as Json;
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
