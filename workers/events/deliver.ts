/** One event to all who are subscribed to it. Repeating it is harmless: each execution has the event's id as its key. */
import type { EventMessage, EventWindowRpc } from '#contracts/bus-rpc';
import type { Definition, EventPattern, Subscription } from '#contracts/definition';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { testCondition } from '#language/conditions';
import { buildContext } from '#language/scope';
import { topicMatches } from '#language/topics';
import type { ActiveDeployment } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import { inRegion, placementOptions } from '#workers/placement';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

export async function deliver(message: EventMessage, env: RegionEnv): Promise<void> {
  const { deployments, definitions } = storesOf(env);
  for (const deployment of await deployments.list(message.tenant, message.environment)) {
    const definition = await definitions.get(message.tenant, deployment.hash);
    if (!definition) continue;
    await deliverTo(message, env, deployment, definition);
    await observe(message, env, deployment, definition);
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

/** An event that completes a pattern starts the pattern's pipeline, under a key of its own. */
async function observe(message: EventMessage, env: RegionEnv, deployment: ActiveDeployment, definition: Definition): Promise<void> {
  const { tenant, environment, id, type, data, time, executionid, traceparent } = message;
  for (const pattern of definition.patterns ?? []) {
    if (!pattern.event_types.includes(type)) continue;
    const about = correlation(pattern, type, data);
    const name = [tenant, deployment.workflow, environment, pattern.id, about].map(encodeURIComponent).join('/');
    const window = inRegion(env.EVENT_WINDOW, env).getByName(name, placementOptions(env)) as unknown as EventWindowRpc;
    const events = await window.observe(pattern, { id, type, at: Date.parse(time), data });
    const pipeline = definition.pipelines[pattern.pipeline];
    if (!events || !pipeline) continue;
    await startExecution(env, {
      tenant,
      deployment,
      pipeline,
      trigger: 'event',
      data: {
        type: `pattern.${pattern.id}`,
        id,
        time,
        data: { pattern: pattern.id, correlation: about, count: events.length, events: events as unknown as Json },
      },
      idempotency_key: `pattern:${pattern.id}:${id}`,
      wait_ms: 0,
      by: `pattern:${pattern.id}`,
      traceparent,
      tags: { caused_by: executionid },
    });
  }
}

/** The value of the first field that the event has; all events belong together where none is named. */
function correlation({ correlate_by }: EventPattern, type: string, data: Json): string {
  for (const field of correlate_by[type] ?? []) {
    const value = isJsonObject(data) ? data[field] : undefined;
    if (typeof value === 'string' || typeof value === 'number') return String(value).slice(0, 200);
  }
  return '';
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
