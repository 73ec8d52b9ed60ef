/** Actors: things with a state of their own that take one message after the other. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const duration = z.union([z.string(), z.number()]).optional();

export const actorSystem = defineModule({
  type: 'actor.system',
  summary:
    'The system that pools of actors belong to. Here the platform runs them: every actor is an object of its own in the region of the tenant, and the module only names the system.',
  config: z.strictObject({
    shutdownTimeout: duration.describe('No effect here: an actor sleeps when it has nothing to do, and wakes with its state.'),
    defaultRecovery: z.record(z.string(), z.any()).optional().describe('No effect here: recovery stands on the pool.'),
    metrics: z.boolean().optional().describe('No effect here: handlers are executions, and are counted as such.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: actors
type: actor.system
config: {}
`,
});

export const actorPool = defineModule({
  type: 'actor.pool',
  summary: 'A pool of actors of one kind. What they do with a message stands under workflows.actors; step.actor_ask and step.actor_send speak to them.',
  provides: 'actors',
  config: z.strictObject({
    system: z.string().optional().describe('Name of the system module.'),
    mode: z
      .enum(['auto-managed', 'permanent'])
      .default('auto-managed')
      .describe('auto-managed: as many actors as there are identities. permanent: poolSize actors that share the messages.'),
    poolSize: z.number().int().min(1).max(1000).default(10).describe('Actors of a permanent pool.'),
    idleTimeout: duration.describe('No effect here: an idle actor costs nothing, and keeps its state.'),
    routing: z
      .enum(['sticky', 'round-robin', 'random'])
      .optional()
      .describe('How messages without an identity find an actor of a permanent pool. Here they are spread evenly.'),
    routingKey: z.string().optional().describe('Field of the payload that names the actor.'),
    recovery: z
      .strictObject({
        failureScope: z.string().optional().describe('No effect here: every actor fails alone.'),
        action: z.enum(['restart', 'stop', 'escalate', 'resume']).optional().describe('restart: a handler that failed is tried again with the same message.'),
        maxRetries: z.number().int().min(0).max(20).default(0).describe('How often.'),
        retryWindow: duration.describe('No effect here.'),
      })
      .optional()
      .describe('What happens when a handler fails. The state stays as it was before the message.'),
    description: z.string().optional().describe('What they do.'),
  }),
  example: `
name: order-processors
type: actor.pool
config:
  mode: auto-managed
  routingKey: order_id
`,
});
