/** Orders to replicate, from among the messages of the projection queue. A region that cannot be reached is tried again later. */
import type { ProjectionEnvelope, ReplicationOrder } from '#contracts/execution';
import type { RegionEnv } from '#workers/env';
import { replicateAll } from '#workers/regions/replicate';

const RETRY_SECONDS = 30;

type Message = ProjectionEnvelope | ReplicationOrder;

/** The rest of the batch. */
export async function takeReplications(batch: MessageBatch<Message>, env: RegionEnv): Promise<MessageBatch<ProjectionEnvelope>> {
  const orders = batch.messages.filter(({ body }) => isOrder(body));
  const tenants = Map.groupBy(orders, ({ body }) => (body as ReplicationOrder).tenant);
  for (const [tenant, messages] of tenants) {
    try {
      await replicateAll(env, tenant);
      for (const message of messages) message.ack();
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', message: `replication: ${String(error)}`, tenant }));
      for (const message of messages) message.retry({ delaySeconds: RETRY_SECONDS });
    }
  }
  const rest = batch.messages.filter((message) => !orders.includes(message));
  return { ...batch, queue: batch.queue, messages: rest } as MessageBatch<ProjectionEnvelope>;
}

function isOrder(body: unknown): body is ReplicationOrder {
  const order = body as Partial<ReplicationOrder> | null;
  return order?.kind === 'replicate' && typeof order.tenant === 'string';
}
