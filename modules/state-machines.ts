/** State machines: the engine that runs definitions, and what older documents put beside it. */
import { z } from 'zod';
import { STATE_TABLE } from '#contracts/edge-tables';
import { defineModule } from '#modules/define-module';

const description = z.string().optional().describe('What it is for.');

export const statemachineEngine = defineModule({
  type: 'statemachine.engine',
  summary:
    'Runs the state machines of workflows.statemachine. Here every instance is an object of its own in the region of the tenant, with a history that is only appended to; the module gives the machines a name that steps and handlers may use.',
  config: z.strictObject({
    description,
    initial_state: z.string().optional().describe('State in which an instance begins, for definitions without initialState.'),
    initialState: z.string().optional().describe('Another spelling of initial_state.'),
    maxInstances: z.number().int().optional().describe('No effect here: instances share no process.'),
    instanceTTL: z.union([z.string(), z.number()]).optional().describe('No effect here: instances are kept.'),
  }),
  unheeded: ['instanceTTL'],
  example: `
name: order-engine
type: statemachine.engine
config:
  description: Life cycle of an order
`,
});

export const stateTracker = defineModule({
  type: 'state.tracker',
  summary:
    'Keeps the state of resources that pipelines note with step.state_set and read with step.state_get, in a table in the region of the tenant. Instances of state machines need none: their index is kept by itself.',
  database: true,
  tables: [STATE_TABLE],
  provides: 'tracker',
  config: z.strictObject({
    description,
    retentionDays: z.number().int().optional().describe('No effect here: instances are kept.'),
  }),
  unheeded: ['retentionDays'],
  example: `
name: order-tracker
type: state.tracker
config:
  description: States of orders
`,
});

export const stateConnector = defineModule({
  type: 'state.connector',
  summary:
    'Connects resources with state machines. Here resourceMappings of workflows.statemachine, or the settings of an api.handler, say which machine a resource has; the module needs nothing set.',
  config: z.strictObject({ description }),
  example: `
name: connector
type: state.connector
dependsOn: [order-tracker]
config: {}
`,
});
