/** Which resources are instances of which state machine. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const link = z.strictObject({
  resource: z.string().min(1).describe('Resource, as api.handler calls it in resourceName.'),
  machine: z.string().min(1).describe('State machine of workflows.statemachine.'),
  id_field: z.string().optional().describe('Field of an item that is the id of its instance. Default: id.'),
});

const config = z.strictObject({
  resources: z.array(link).max(200).optional().describe('Resources and their state machines, beside the resourceMappings of workflows.statemachine.'),
  description: z.string().optional().describe('What it is for.'),
});

export const stateConnector = defineModule({
  type: 'state.connector',
  summary:
    'Connects resources with state machines: every item of such a resource is an instance, with a state that only moves by transitions. What workflows.statemachine says in resourceMappings holds as well.',
  config,
  ports: { offers: ['connector'], takes: [{ port: 'tracker' }, { port: 'machine' }] },
  links: (settings) => (settings as z.output<typeof config>).resources ?? [],
  example: `
name: connector
type: state.connector
config:
  resources:
    - {resource: orders, machine: order-life}
`,
});
