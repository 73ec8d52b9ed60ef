/** The system that pools of actors belong to. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { duration } from '#modules/durations';
import { recovery } from '#modules/state/recovery';

export const actorSystem = defineModule({
  type: 'actor.system',
  summary:
    'The system that pools of actors belong to. Here the platform runs them: every actor is an object of its own in the region of the tenant. The module says what its pools do when a handler fails.',
  ports: { offers: ['actor-system'] },
  config: z.strictObject({
    shutdownTimeout: duration.optional().describe('No effect here: an actor sleeps when it has nothing to do, and wakes with its state.'),
    defaultRecovery: recovery.optional().describe('What happens when a handler fails, for pools of this system that do not say so themselves.'),
    metrics: z.boolean().optional().describe('No effect here: handlers are executions, and are counted as such.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: actors
type: actor.system
config:
  defaultRecovery: {action: restart, maxRetries: 3}
`,
});
