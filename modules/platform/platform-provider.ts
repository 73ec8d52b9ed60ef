/** A provider of infrastructure, by name. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const platformProvider = defineModule({
  type: 'platform.provider',
  summary: 'Names a provider of infrastructure. Here the platform is the infrastructure: nothing is made anywhere else.',
  ports: { offers: ['provider'] },
  unheeded: ['config'],
  config: z.strictObject({
    name: z.string().optional().describe('Name of the provider; templates read it.'),
    config: z.record(z.string(), z.any()).optional().describe('Its settings. No effect here: no provider is asked.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: provider
type: platform.provider
config:
  name: cloudflare
`,
});
