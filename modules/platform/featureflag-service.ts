/** Feature flags of the application: declared with it, and changed by deploying it anew or with other overrides. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const rule = z.union([
  z.boolean(),
  z.strictObject({
    enabled: z.boolean().default(true).describe('Whether anybody has it.'),
    percentage: z.number().min(0).max(100).optional().describe('Of all users so many have it; the same user always or never.'),
    users: z.array(z.string()).max(1000).optional().describe('They have it, whatever the percentage says.'),
    value: z.any().optional().describe('What the flag stands for where it is on. Default: true.'),
    off: z.any().optional().describe('What it stands for where it is off. Default: false.'),
    description: z.string().optional().describe('What it is for.'),
  }),
]);

const unused = 'No effect here: flags are a part of the application.';

export const featureflagService = defineModule({
  type: 'featureflag.service',
  summary:
    'The feature flags of the application. They stand in its settings; a deployment with config_overrides turns one on in an environment without touching the document.',
  flags: true,
  onlyAs: { provider: ['generic', 'static', 'memory', 'local', 'file', 'sqlite'] },
  ports: { offers: ['flags'] },
  config: z.strictObject({
    provider: z.string().optional().describe('Where flags are kept. No effect here: no provider is asked, the flags stand in these settings.'),
    cache_ttl: z.union([z.string(), z.number()]).optional().describe(unused),
    sse_enabled: z.boolean().optional().describe(unused),
    db_path: z.string().optional().describe(unused),
    store_path: z.string().optional().describe(unused),
    flags: z.record(z.string(), rule).default({}).describe('The flags by name: true, false, or who has it.'),
    description: z.string().optional().describe('What they are for.'),
  }),
  example: `
name: flags
type: featureflag.service
config:
  flags:
    dark-mode: true
    new-checkout:
      percentage: 20
      users: [kim]
`,
});
