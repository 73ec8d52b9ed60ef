/** What runs beside the application. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const workflowRegistry = defineModule({
  type: 'workflow.registry',
  summary: 'Where connectors of an integration are registered. Here they stand in workflows.integration, and the application itself is the registry.',
  ports: { offers: ['catalogue'] },
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    storageBackend: z.string().optional().describe('Where it is kept. No effect here.'),
  }),
  example: `
name: integration-registry
type: workflow.registry
config:
  description: Connectors of third parties
`,
});
