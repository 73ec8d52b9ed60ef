/**
 * The in-platform bus: what `publish` hands over starts the pipelines of the tenant that are subscribed to its topic, and
 * reaches the executions that wait for it.
 *
 * Invariants
 * 1. At least once from the queue, exactly once to a pipeline and to an execution: the event's id is the key of what it
 *    starts, and of the signal that it is.
 * 2. An event reaches the pipelines of its own tenant and environment only.
 */
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { receive } from '#workers/events/receive';

export async function consumeEvents(batch: MessageBatch<EventMessage>, env: RegionEnv): Promise<void> {
  for (const message of batch.messages) {
    try {
      await receive(message.body, env);
      message.ack();
    } catch (error) {
      const { tenant, id, type } = message.body;
      console.error(JSON.stringify({ level: 'error', message: `event delivery: ${String(error)}`, tenant, event: id, topic: type }));
      message.retry();
    }
  }
}
