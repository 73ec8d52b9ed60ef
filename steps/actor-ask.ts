/** Sends a message to an actor and waits for its reply. The key of the effect names the message, so it is taken once. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import type { StepOutcome } from '#contracts/step';
import { type ActorInput, actorInput, actorSettings } from '#steps/actor-settings';
import { duration, durationMs } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const DEFAULT_MS = 30_000;

export const actorAsk = defineStep({
  type: 'step.actor_ask',
  summary: 'Sends a message to an actor and waits for what its handler replies.',
  pure: false,
  config: z.strictObject({ ...actorSettings, timeout: duration.optional().describe('How long to wait for the reply; at most, and by default, 30s.') }),
  example: `
name: process
type: step.actor_ask
config:
  pool: order-processors
  identity: "{{ .order_id }}"
  timeout: 10s
  message:
    type: ProcessOrder
    payload:
      items: "{{ .items }}"
`,
  output: 'What the last step of the handler gave; the execution of the handler stands under `response.execution_id`.',
  prepare: ({ timeout, ...settings }, scope) =>
    ({ ...actorInput(settings, scope), wait_ms: timeout === undefined ? DEFAULT_MS : durationMs(timeout) }) as unknown as Json,
  async perform({ wait_ms, ...input }: ActorInput & { wait_ms: number }, context): Promise<StepOutcome> {
    const { pool, ...order } = input;
    const { reply = {}, identity, execution_id } = await context.actors.tell(pool, { ...order, wait_ms }, context.idempotency_key);
    return { kind: 'completed', output: reply, response: { identity, ...(execution_id === undefined ? {} : { execution_id }) } };
  },
});
