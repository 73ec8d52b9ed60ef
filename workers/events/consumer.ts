/**
 * The in-platform bus: what `publish` hands over starts the pipelines of the tenant that listen to its topic.
 *
 * Invariants
 * 1. At least once from the queue, exactly once to a pipeline: the event's id is the key of the execution it starts.
 * 2. An event reaches the pipelines of its own tenant and environment only.
 */
import type { Pipeline } from '#contracts/definition';
import type { RegionEnv } from '#workers/env';
import type { EventMessage } from '#workers/performer/bus';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export async function consumeEvents(batch: MessageBatch<EventMessage>, env: RegionEnv): Promise<void> {
  for (const message of batch.messages) {
    try {
      await deliver(message.body, env);
      message.ack();
    } catch (error) {
      const { tenant, id, type } = message.body;
      console.error(JSON.stringify({ level: 'error', message: `event delivery: ${String(error)}`, tenant, event: id, topic: type }));
      message.retry();
    }
  }
}

async function deliver(message: EventMessage, env: RegionEnv): Promise<void> {
  const { tenant, environment, executionid, traceparent, ...event } = message;
  const { deployments, definitions } = storesOf(env);
  for (const deployment of await deployments.list(tenant, environment)) {
    const definition = await definitions.get(tenant, deployment.hash);
    for (const pipeline of Object.values(definition?.pipelines ?? {})) {
      if (!listens(pipeline, event.type)) continue;
      await startExecution(env, {
        tenant,
        deployment,
        pipeline,
        trigger: pipeline.trigger.type,
        data: event,
        idempotency_key: `event:${event.id}`,
        wait_ms: 0,
        by: `event:${event.source}`,
        traceparent,
        tags: { caused_by: executionid },
      });
    }
  }
}

/** Topics stand under `topic`, `event`, `events`, `topics` or `source` of an event trigger. */
function listens(pipeline: Pipeline, topic: string): boolean {
  const { type, config } = pipeline.trigger;
  if (type !== 'event' && type !== 'eventbus') return false;
  return [config.topic, config.event, config.source, config.events, config.topics].flat().includes(topic);
}
