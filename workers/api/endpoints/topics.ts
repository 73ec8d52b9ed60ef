/** Topics of the event bus: who is subscribed, who publishes, who waits. Read from what is deployed. */
import type { z } from 'zod';
import { MOST_WAITING, publishedSchema, publishRequest, topicName, topicPage, type topicSchema, topicsQuery } from '#contracts/api-topics';
import type { Definition } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { topicMatches } from '#language/topics';
import { steps } from '#steps/registry';
import { decodeCursor, encodeCursor } from '#storage/cursor';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { handedEvent } from '#workers/events/by-hand';
import { publish as toBus } from '#workers/events/publish';

const PRODUCTION = 'production';
/** Events that are waited for, of which is told. */
const MOST_EVENTS = 200;

type Topic = z.input<typeof topicSchema>;
type Subscriber = Topic['subscribers'][number];

const list = endpoint({
  route: 'GET /topics',
  tag: 'Events',
  summary: 'List topics of the event bus',
  description: 'Those that a deployed application is subscribed to or publishes by name, and those that an execution waits for.',
  query: topicsQuery,
  answer: topicPage,
  answers: { 200: { description: 'By name', schema: topicPage } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const { environment = PRODUCTION, limit = LIMITS.listDefault, cursor } = call.query;
    const after = cursor === undefined ? undefined : decodeCursor('topics', ['string'], cursor)[0];
    const found = (await topicsOf(call, environment)).filter(({ topic }) => after === undefined || topic > after);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { body: { items, next_cursor: found.length > limit && last ? encodeCursor('topics', [last.topic]) : null } };
  },
});

const publish = endpoint({
  route: 'POST /topics/{topic}/events',
  weight: 'start',
  tag: 'Events',
  summary: 'Publish an event',
  description: 'As `step.publish` does: it starts the pipelines that are subscribed to the topic, and reaches the executions that wait for it.',
  body: publishRequest,
  answer: publishedSchema,
  answers: { 202: { description: 'It is on its way, and no crash takes it away', schema: publishedSchema } },
  problems: ['invalid_json', 'body_too_large'],
  async handle(call) {
    const topic = topicName.safeParse(call.params.topic);
    if (!topic.success) throw new Problem('invalid_request', `topic: ${topic.error.issues[0]!.message}`);
    const { data = {}, environment, key, id } = call.body;
    const message = handedEvent({ tenant: call.tenant, environment, topic: topic.data, data, by: call.actor.by, key, id }, call.now);
    await toBus(message, call.env);
    return { body: { event_id: message.id, topic: message.type, environment } };
  },
});

export const topicEndpoints: AnyEndpoint[] = [list, publish];

async function topicsOf(call: Call, environment: string): Promise<Topic[]> {
  const { stores, tenant, access } = call;
  const topics = new Map<string, Topic>();
  const topicOf = (topic: string): Topic => {
    const known = topics.get(topic) ?? { topic, environment, subscribers: [], publishers: [] };
    topics.set(topic, known);
    return known;
  };
  const subscribers: [pattern: string, subscriber: Subscriber][] = [];
  for (const { workflow, hash } of await access.among(await stores.deployments.list(tenant, environment))) {
    const definition = await stores.definitions.get(tenant, hash);
    if (!definition) continue;
    for (const { topic, pipeline, filter, event } of definition.subscriptions ?? []) {
      subscribers.push([topic, { workflow, pipeline, ...(filter === undefined ? {} : { filter }), ...(event === undefined ? {} : { event }) }]);
      topicOf(topic);
    }
    for (const { topic, ...publisher } of publishedBy(definition)) topicOf(topic).publishers.push({ workflow, ...publisher });
  }
  if (!(await access.workflows())) {
    for (const { event, count } of await stores.waits.counts(tenant, environment, { events: MOST_EVENTS, most: MOST_WAITING })) topicOf(event).waiting = count;
    for (const topic of topics.values()) topic.waiting ??= 0;
  }
  for (const topic of topics.values()) topic.subscribers = subscribers.flatMap(([pattern, subscriber]) => taking(topic.topic, pattern, subscriber));
  return [...topics.values()].sort((left, right) => (left.topic < right.topic ? -1 : 1));
}

/** A pattern is shown where it stands by itself too. */
function taking(topic: string, pattern: string, subscriber: Subscriber): Subscriber[] {
  if (pattern === topic) return [subscriber];
  return !topic.includes('*') && topicMatches(pattern, topic) ? [{ ...subscriber, by: pattern }] : [];
}

/** Steps whose topic is no template. */
function publishedBy({ pipelines }: Definition): { topic: string; pipeline: string; step: string }[] {
  return Object.values(pipelines).flatMap(({ name: pipeline, nodes }) =>
    nodes.flatMap((node) => {
      const step = node.kind === 'activity' ? steps.get(node.type) : undefined;
      const topic = step && !step.pure && node.kind === 'activity' ? step.publishes?.(node.config) : undefined;
      return typeof topic === 'string' && !/\{\{|\$\{/.test(topic) ? [{ topic, pipeline, step: node.name }] : [];
    }),
  );
}
