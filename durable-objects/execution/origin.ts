/** What a replay starts from: how its origin started, and, where asked for, the record of what its steps came to. */
import type { LogEvent } from '#contracts/events';
import type { Origin, OriginQuery } from '#contracts/execution-rpc';
import type { Json } from '#contracts/json';
import { recordingOf, stepsThatRan } from '#engine/recording';
import { hydrate, payloadOf } from '#storage/payloads';
import type { PayloadStore } from '#storage/ports';

/** `log`: the whole of it, as it is stored. A record too large for a call between objects is left in the store, by its hash. */
export async function originOf(log: LogEvent[], query: OriginQuery, payloads: PayloadStore): Promise<Origin | null> {
  const first = log[0];
  if (first?.type !== 'execution.started') return null;
  const { recorded: _, dry_run: __, ...started } = first.data;
  // It is replayed on what it was moved to.
  const moved = log.findLast((event) => event.type === 'execution.migrated');
  const facts = moved ? { ...started, ...moved.data.to } : started;
  const ran = stepsThatRan(log);
  if (!query.whole && (query.before === undefined || !ran.includes(query.before))) return { facts, ran };
  const recording = recordingOf(await hydrate(log, payloads), query) as unknown as Json;
  const large = payloadOf(recording, facts.tenant_id, facts.execution_id);
  if (!large) return { facts, ran, recorded: { value: recording } };
  await payloads.put(large.ref.key, large.text);
  return { facts, ran, recorded: { ref: large.ref } };
}
