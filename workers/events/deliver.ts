/** One event to all who are subscribed to it. Repeating it is harmless: each execution has the event's id as its key. */
import type { Definition, Subscription } from '#contracts/definition';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { testCondition } from '#language/conditions';
import { buildContext } from '#language/scope';
import { topicMatches } from '#language/topics';
import type { ActiveDeployment } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import type { EventMessage } from '#workers/performer/bus';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export async function deliver(message: EventMessage, env: RegionEnv): Promise<void> {
  const { deployments, definitions } = storesOf(env);
  for (const deployment of await deployments.list(message.tenant, message.environment)) {
    const definition = await definitions.get(message.tenant, deployment.hash);
    if (definition) await deliverTo(message, env, deployment, definition);
  }
}

async function deliverTo(message: EventMessage, env: RegionEnv, deployment: ActiveDeployment, definition: Definition): Promise<void> {
  const { tenant, environment: _, executionid, traceparent, ...event } = message;
  for (const name of subscribed(definition, event)) {
    const pipeline = definition.pipelines[name];
    if (!pipeline) continue;
    await startExecution(env, {
      tenant,
      deployment,
      pipeline,
      trigger: pipeline.trigger.type === 'eventbus' ? 'eventbus' : 'event',
      data: event,
      idempotency_key: `event:${event.id}`,
      wait_ms: 0,
      by: `event:${event.source}`,
      traceparent,
      tags: { caused_by: executionid },
    });
  }
}

/** Names of the pipelines, each once. */
export function subscribed(definition: Definition, event: { type: string; data: Json }): string[] {
  const taking = (definition.subscriptions ?? []).filter((each) => topicMatches(each.topic, event.type) && wanted(each, event, definition));
  return [...new Set(taking.map((each) => each.pipeline))];
}

function wanted({ event: name, filter }: Subscription, event: { type: string; data: Json }, definition: Definition): boolean {
  if (name !== undefined && name !== event.type) {
    const data: JsonObject = isJsonObject(event.data) ? event.data : {};
    if (![data.event, data.type, data.event_type, data.eventType].includes(name)) return false;
  }
  if (filter === undefined) return true;
  const context = buildContext({ trigger: event as unknown as Json, triggerType: 'event', steps: [], meta: {} });
  try {
    return testCondition(filter, { context, now: 0, config: definition.config, strict: false });
  } catch {
    // A condition that cannot be tested for this event does not hold for it.
    return false;
  }
}
