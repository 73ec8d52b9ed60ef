/**
 * The in-platform bus: what `publish` hands over starts the pipelines of the tenant that are subscribed to its topic, and
 * reaches the executions that wait for it.
 *
 * Invariants
 * 1. At least once from the queue, exactly once to a pipeline and to an execution: the event's id is the key of what it
 *    starts, and of the signal that it is.
 * 2. An event reaches the pipelines of its own tenant and environment only.
 * 3. What the queue itself gives up (its store of letters is away) waits in the second queue, and is tried for longer.
 */
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { MAX_TRIES, receiveHere } from '#workers/events/receive';

const MAX_DELAY_S = 60;

/** `last`: from the second queue, where every try is the last. */
export async function consumeEvents(batch: MessageBatch<EventMessage>, env: RegionEnv, last = false): Promise<void> {
  for (const message of batch.messages) {
    try {
      await receiveHere(message.body, env, last ? MAX_TRIES : message.attempts);
      message.ack();
    } catch (error) {
      const { tenant, id, type } = message.body;
      console.error(JSON.stringify({ level: 'error', message: `event delivery: ${String(error)}`, tenant, event: id, topic: type }));
      message.retry({ delaySeconds: last ? MAX_DELAY_S : Math.min(MAX_DELAY_S, 2 ** message.attempts) });
    }
  }
}
