/**
 * The in-platform bus: what `publish` hands over starts the pipelines of the tenant that listen to its topic.
 *
 * Invariants
 * 1. At least once from the queue, exactly once to a pipeline: the event's id is the key of the execution it starts.
 * 2. An event reaches the pipelines of its own tenant and environment only.
 */
import type { Pipeline } from '#contracts/definition';
import type { Json } from '#contracts/json';
import type { RegionEnv } from '#workers/env';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

/** An event on its way: a CloudEvent and whose it is. */
export interface BusMessage {
  tenant: string;
  environment: string;
  event: { specversion: '1.0'; id: string; source: string; type: string; time: string; data: Json; dataschema?: string };
}

export async function consumeEvents(batch: MessageBatch<BusMessage>, env: RegionEnv): Promise<void> {
  for (const message of batch.messages) {
    try {
      await deliver(message.body, env);
      message.ack();
    } catch (error) {
      const { tenant, event } = message.body;
      console.error(JSON.stringify({ level: 'error', message: `event delivery: ${String(error)}`, tenant, event: event?.id, topic: event?.type }));
      message.retry();
    }
  }
}

async function deliver({ tenant, environment, event }: BusMessage, env: RegionEnv): Promise<void> {
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
        data: event as never,
        idempotency_key: `event:${event.id}`,
        wait_ms: 0,
        by: `event:${event.source}`,
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
