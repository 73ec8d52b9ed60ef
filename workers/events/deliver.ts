/**
 * One event to all pipelines that are subscribed to it. Repeating it is harmless: each execution has the event's id as its key.
 *
 * Invariant: who cannot be reached keeps nobody else from being reached.
 */
import type { EventMessage, EventWindowRpc } from '#contracts/bus-rpc';
import type { Definition, EventPattern, Pipeline, Subscription } from '#contracts/definition';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { MaskRules } from '#contracts/mask';
import type { UndeliveredStart } from '#contracts/undelivered';
import { testCondition } from '#language/conditions';
import { buildContext } from '#language/scope';
import { topicMatches } from '#language/topics';
import type { ActiveDeployment } from '#storage/ports';
import type { RegionEnv } from '#workers/env';
import { maskedForPattern } from '#workers/masks';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

/** A pipeline that the event did not reach. */
export interface Missed {
  deployment: ActiveDeployment;
  pipeline: Pipeline;
  start: UndeliveredStart;
  error: unknown;
}

export interface Delivery {
  missed: Missed[];
  /** Of an application of which it is not even known what it is subscribed to. */
  error?: unknown;
}

export async function deliver(message: EventMessage, env: RegionEnv): Promise<Delivery> {
  const { deployments, definitions } = storesOf(env);
  const delivery: Delivery = { missed: [] };
  for (const deployment of await deployments.list(message.tenant, message.environment)) {
    try {
      const definition = await definitions.get(message.tenant, deployment.hash);
      if (!definition) throw new Error(`the definition ${deployment.hash} of ${deployment.workflow} is missing`);
      delivery.missed.push(...(await deliverTo(message, env, deployment, definition)));
    } catch (error) {
      delivery.error ??= error;
    }
  }
  return delivery;
}

async function deliverTo(message: EventMessage, env: RegionEnv, deployment: ActiveDeployment, definition: Definition): Promise<Missed[]> {
  const missed: Missed[] = [];
  for (const [name, start] of await startsOf(message, env, deployment, definition)) {
    const pipeline = definition.pipelines[name];
    if (!pipeline) continue;
    try {
      await startExecution(env, { tenant: message.tenant, deployment, pipeline, ...orderOf(start) });
    } catch (error) {
      missed.push({ deployment, pipeline, start, error });
    }
  }
  return missed;
}

/** The start, as whoever starts it asks for it. */
export function orderOf({ trigger, data, checked, idempotency_key, by, traceparent, tags }: UndeliveredStart) {
  return { trigger, data, idempotency_key, by, traceparent, tags, wait_ms: 0, ...(checked ? { checked } : {}) };
}

async function startsOf(
  message: EventMessage,
  env: RegionEnv,
  deployment: ActiveDeployment,
  definition: Definition,
): Promise<[pipeline: string, start: UndeliveredStart][]> {
  const { tenant: _, environment: __, executionid, traceparent, ...event } = message;
  const tags: JsonObject = executionid === undefined ? {} : { caused_by: executionid };
  const common = {
    id: event.id,
    topic: event.type,
    traceparent,
    tags,
    workflow_id: deployment.workflow_id,
    version: deployment.version,
  };
  const starts = subscribed(definition, event).map((name): [string, UndeliveredStart] => [
    name,
    {
      ...common,
      trigger: definition.pipelines[name]?.trigger.type === 'eventbus' ? 'eventbus' : 'event',
      data: event as unknown as Json,
      idempotency_key: `event:${event.id}`,
      by: `event:${event.source}`,
    },
  ]);
  for (const pattern of definition.patterns ?? []) {
    const data = pattern.event_types.includes(event.type)
      ? await observed(message, env, deployment, pattern, definition.pipelines[pattern.pipeline]?.mask)
      : undefined;
    if (data)
      starts.push([pattern.pipeline, { ...common, trigger: 'event', data, idempotency_key: `pattern:${pattern.id}:${event.id}`, by: `pattern:${pattern.id}` }]);
  }
  return starts;
}

/** The same event again gets the same answer. */
const windows = callsOf<EventWindowRpc>('window of the pattern', { observe: 'again' });

/** What the pattern's pipeline is started with, where the event completes it. */
async function observed(
  message: EventMessage,
  env: RegionEnv,
  { workflow }: ActiveDeployment,
  pattern: EventPattern,
  rules: MaskRules | undefined,
): Promise<Json | undefined> {
  const { tenant, environment, id, type, time } = message;
  const at = Date.parse(time);
  // A window is on disk, and goes by what its events have in common.
  const data = rules ? maskedForPattern(env, rules, tenant, { id, type, at, data: message.data }) : message.data;
  const about = correlation(pattern, type, data);
  const name = [tenant, workflow, environment, pattern.id, about].map(encodeURIComponent).join('/');
  const events = await objectNamed(windows, env.EVENT_WINDOW, env, name).observe(name, pattern, { id, type, at, data });
  if (!events) return undefined;
  return {
    type: `pattern.${pattern.id}`,
    id,
    time,
    data: { pattern: pattern.id, correlation: about, count: events.length, events: events as unknown as Json },
  };
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
  // Of those that share a name, the first has it.
  const first = new Map<string, string>();
  for (const { name, pipeline } of taking) if (name !== undefined && !first.has(name)) first.set(name, pipeline);
  return [...new Set(taking.flatMap(({ name, pipeline }) => (name === undefined || first.get(name) === pipeline ? pipeline : [])))];
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
