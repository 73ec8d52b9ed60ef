/** Actors of one kind: things with a state of their own that take one message after the other. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { defineModule } from '#modules/define-module';
import { duration } from '#modules/durations';
import { recovery } from '#modules/state/recovery';

export const actorPool = defineModule({
  type: 'actor.pool',
  summary: 'A pool of actors of one kind. What they do with a message stands under workflows.actors; step.actor_ask and step.actor_send speak to them.',
  ports: { offers: ['actors'], takes: [{ port: 'actor-system', by: 'system' }] },
  config: z.strictObject({
    system: z.string().optional().describe('Name of the system module. Default: the one that it depends on, or the only one.'),
    mode: z
      .enum(['auto-managed', 'permanent'])
      .default('auto-managed')
      .describe('auto-managed: as many actors as there are identities. permanent: poolSize actors that share the messages.'),
    poolSize: z.number().int().min(1).max(1000).default(10).describe('Actors of a permanent pool.'),
    idleTimeout: duration.optional().describe('No effect here: an idle actor costs nothing, and keeps its state.'),
    routing: z
      .enum(['sticky', 'round-robin', 'random'])
      .optional()
      .describe(
        'How messages without an identity find an actor of a permanent pool. sticky: by routingKey, so that the same value comes to the same actor. round-robin: in turn, each part of the platform counting for itself. random: by chance. Neither heeds routingKey.',
      ),
    routingKey: z.string().optional().describe('Field of the payload that names the actor; in a permanent pool, that chooses one.'),
    recovery: recovery.optional().describe('What happens when a handler fails. The state stays as it was before the message. Default: what the system says.'),
    description: z.string().optional().describe('What they do.'),
  }),
  hands: ({ mode, routing, poolSize }): JsonObject => (mode === 'permanent' && routing === 'round-robin' ? { in_turn: poolSize! } : {}),
  example: `
name: order-processors
type: actor.pool
config:
  mode: auto-managed
  routingKey: order_id
  recovery: {action: restart, maxRetries: 2}
`,
});
