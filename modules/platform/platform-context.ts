/** What a deployment is called. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const platformContext = defineModule({
  type: 'platform.context',
  summary: 'Names organization, environment and tier of a deployment. Templates read them: {{ config "platform-ctx" "org" }}.',
  ports: { offers: ['facts'] },
  config: z.strictObject({
    org: z.string().describe('Name of the organization.'),
    environment: z.string().optional().describe('Name of the environment. Where an application runs is said by its deployment.'),
    tier: z.number().int().optional().describe('Tier of the platform that it belongs to.'),
  }),
  example: `
name: platform-ctx
type: platform.context
config:
  org: example-corp
  environment: production
`,
});
