/** A resource of infrastructure, by name. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const platformResource = defineModule({
  type: 'platform.resource',
  summary: 'Names a resource of infrastructure. Here modules are the resources (a database, a store, a bus): nothing else is made.',
  ports: { offers: ['facts'], takes: [{ port: 'provider', by: 'provider' }] },
  unheeded: ['properties'],
  config: z.strictObject({
    name: z.string().optional().describe('Name of the resource; templates read it.'),
    type: z.string().optional().describe('Kind of the resource; templates read it.'),
    provider: z.string().optional().describe('Module of the type platform.provider.'),
    properties: z
      .record(z.string(), z.any())
      .optional()
      .describe('Its properties. No effect here: write a module such as storage.sqlite or cache.modular instead.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: orders-database
type: platform.resource
config:
  name: orders
  type: database
`,
});
