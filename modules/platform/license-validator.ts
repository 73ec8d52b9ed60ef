/** A licence key. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const none = (what: string) => `${what} No effect here.`;

export const licenseValidator = defineModule({
  type: 'license.validator',
  summary: 'Checks a licence key. Nothing here needs one: the platform is free software, and the module loads without a call to a server.',
  ports: { offers: ['license'] },
  config: z.strictObject({
    server_url: z.string().optional().describe('Where keys are checked. No effect here: no server is asked.'),
    license_key: z.string().optional().describe(none('The key.')),
    cache_ttl: z.string().optional().describe(none('How long an answer holds.')),
    grace_period: z.string().optional().describe(none('How long it holds without a server.')),
    refresh_interval: z.string().optional().describe(none('How often the server is asked.')),
  }),
  notices: (settings) =>
    settings.server_url
      ? [
          {
            severity: 'warning',
            setting: 'server_url',
            message: 'No licence is checked here, and no server is asked.',
            hint: 'Nothing of this platform needs a licence key.',
          },
        ]
      : [],
  example: `
name: license
type: license.validator
config:
  server_url: ""
`,
});
