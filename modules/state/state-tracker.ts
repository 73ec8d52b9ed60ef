/** States of resources that pipelines note by themselves. */
import { z } from 'zod';
import { STATE_TABLE } from '#contracts/edge-tables';
import type { JsonObject } from '#contracts/json';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  description: z.string().optional().describe('What it is for.'),
  retentionDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How long a resource is kept whose state nobody notes any more, days; what is older is removed now and then. Default: kept.'),
});

export const stateTracker = defineModule({
  type: 'state.tracker',
  summary:
    'Keeps the state of resources that pipelines note with step.state_set and read with step.state_get, in a table in the region of the tenant. Instances of state machines need none: their index is kept by itself.',
  database: true,
  tables: [STATE_TABLE],
  ports: { offers: ['tracker', 'database'], takes: [{ port: 'machine' }] },
  config,
  hands(settings): JsonObject {
    const { retentionDays } = settings as z.output<typeof config>;
    return retentionDays === undefined ? {} : { keep: `${retentionDays}d` };
  },
  example: `
name: order-tracker
type: state.tracker
config:
  description: States of orders
  retentionDays: 90
`,
});
