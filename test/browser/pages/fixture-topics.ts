/** Two topics of the bus, for the pages. */
import { publishRequest } from '#contracts/api-topics';
import type { TopicItem } from '../../../dashboard/src/lib/api-types';

const TOPICS: TopicItem[] = [
  {
    topic: 'order.*',
    environment: 'production',
    subscribers: [{ workflow: 'notices', pipeline: 'tell' }],
    publishers: [],
    waiting: 0,
  },
  {
    topic: 'order.created',
    environment: 'production',
    subscribers: [
      { workflow: 'notices', pipeline: 'tell', by: 'order.*' },
      { workflow: 'payments', pipeline: 'review', filter: 'data.amount > 1000' },
    ],
    publishers: [{ workflow: 'orders', pipeline: 'process-order', step: 'announce' }],
    waiting: 3,
  },
];

/** Takes whatever is published. */
export async function fixturePublish(request: Request, topic: string): Promise<Response> {
  const { environment } = publishRequest.parse(await request.json());
  return Response.json({ event_id: 'evt_1', topic, environment }, { status: 202 });
}

export function fixtureTopics(url: URL): Response {
  return Response.json({ items: url.searchParams.get('environment') === 'empty' ? [] : TOPICS, next_cursor: null });
}
