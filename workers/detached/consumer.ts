/**
 * Steps that wait long: the object sleeps while this consumer, in the same region, performs them and reports back.
 *
 * Invariants
 * 1. The message holds ids only; the object says what is to be done, or that the order is stale.
 * 2. Delivery may double a message: the attempt's number makes the second outcome stale, the key the second effect.
 */
import type { DetachedMessage } from '#contracts/execution-rpc';
import { Stop } from '#contracts/stop';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';
import { performerOf } from '#workers/performer-of';

export async function consumeDetached(batch: MessageBatch<DetachedMessage>, env: RegionEnv): Promise<void> {
  const performer = performerOf(env);
  await Promise.all(
    batch.messages.map(async (message) => {
      const { tenant, execution_id, ...order } = message.body;
      try {
        const execution = executionStub(env, execution_id);
        const effect = await execution.claim(tenant, order);
        if (effect) {
          const outcome = await performer.perform(effect, new Stop());
          await execution.deliver(tenant, { ...order, outcome });
        }
        message.ack();
      } catch (error) {
        console.error(JSON.stringify({ level: 'error', message: `detached step: ${String(error)}`, execution_id, tenant, step: order.step }));
        message.retry();
      }
    }),
  );
}
