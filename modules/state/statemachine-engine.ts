/** The engine that runs the definitions of state machines. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const statemachineEngine = defineModule({
  type: 'statemachine.engine',
  summary:
    'Runs the state machines of workflows.statemachine. Here every instance is an object of its own in the region of the tenant, with a history that is only appended to; the module gives the machines a name that steps and handlers may use.',
  ports: { offers: ['machine'] },
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    initial_state: z.string().optional().describe('State in which an instance begins, for definitions without initialState.'),
    initialState: z.string().optional().describe('Another spelling of initial_state.'),
    maxInstances: z.number().int().optional().describe('No effect here: there may be any number of instances.'),
    instanceTTL: z.union([z.string(), z.number()]).optional().describe('No effect here: instances are kept.'),
  }),
  unheeded: ['maxInstances', 'instanceTTL'],
  example: `
name: order-engine
type: statemachine.engine
config:
  description: Life cycle of an order
`,
});
