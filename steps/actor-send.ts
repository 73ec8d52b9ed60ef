/** Sends a message to an actor and goes on; the actor takes it when its turn has come. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import type { StepOutcome } from '#contracts/step';
import { type ActorInput, actorInput, actorSettings } from '#steps/actor-settings';
import { defineStep } from '#steps/define-step';

export const actorSend = defineStep({
  type: 'step.actor_send',
  summary: 'Sends a message to an actor without waiting for it.',
  pure: false,
  config: z.strictObject(actorSettings),
  example: `
name: note
type: step.actor_send
config:
  pool: order-processors
  identity: "{{ .order_id }}"
  message:
    type: NoteSeen
`,
  output: '{sent: true, identity, message_number}',
  prepare: (settings, scope) => actorInput(settings, scope) as unknown as Json,
  async perform({ pool, ...order }: ActorInput, context): Promise<StepOutcome> {
    const { identity, seq } = await context.actors.tell(pool, { ...order, wait_ms: 0 }, context.idempotency_key);
    return { kind: 'completed', output: { sent: true, identity, message_number: seq } };
  },
});
