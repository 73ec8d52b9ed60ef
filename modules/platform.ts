/** Modules that name something the platform does by itself, for every application. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const description = z.string().optional().describe('What it is for.');
const none = (what: string) => `${what} No effect here.`;

export const logCollector = defineModule({
  type: 'log.collector',
  summary: 'Collects log lines. Here every execution keeps its own; GET /api/v1/executions/{id}/logs reads them.',
  config: z.strictObject({
    level: z.string().optional().describe(none('Least level that is kept. All are kept.')),
    logLevel: z.string().optional().describe(none('Older spelling of level.')),
    format: z.string().optional().describe(none('Form of the lines. They are JSON.')),
    outputFormat: z.string().optional().describe(none('Older spelling of format.')),
    retentionDays: z.number().int().optional().describe(none('How long lines are kept: as long as their execution.')),
    description,
  }),
  unheeded: ['retentionDays'],
  example: `
name: logs
type: log.collector
config:
  level: info
`,
});

export const eventloggerModular = defineModule({
  type: 'eventlogger.modular',
  summary: 'Writes events to a log. Here every execution is an append-only event log; GET /api/v1/executions/{id}/events reads it.',
  config: z.strictObject({
    enabled: z.boolean().optional().describe(none('Events are always kept.')),
    logLevel: z.string().optional().describe(none('Least level.')),
    format: z.string().optional().describe(none('Form of the events.')),
    description,
  }),
  example: `
name: event-log
type: eventlogger.modular
config:
  enabled: true
`,
});

export const observabilityOtel = defineModule({
  type: 'observability.otel',
  summary: 'Traces. Here every execution belongs to a W3C trace, taken over from the caller and sent on with each call.',
  config: z.strictObject({
    endpoint: z.string().optional().describe('Where spans would be sent. No effect here: spans are in the timeline, and are not exported yet.'),
    serviceName: z.string().optional().describe(none('Name of the service: it is that of the application.')),
    sampleRate: z.number().optional().describe(none('Share of traces that are kept: all are.')),
    description,
  }),
  notices: (settings) =>
    settings.endpoint === undefined
      ? []
      : [{ severity: 'warning', setting: 'endpoint', message: 'Spans are not exported yet; the timeline of an execution shows them.' }],
  example: `
name: tracing
type: observability.otel
config:
  serviceName: orders
`,
});

export const workflowRegistry = defineModule({
  type: 'workflow.registry',
  summary: 'Where connectors of an integration are registered. Here they stand in workflows.integration, and the application itself is the registry.',
  config: z.strictObject({ description, storageBackend: z.string().optional().describe(none('Where it is kept.')) }),
  example: `
name: integration-registry
type: workflow.registry
config:
  description: Connectors of third parties
`,
});

export const platformContext = defineModule({
  type: 'platform.context',
  summary: 'Names organization, environment and tier of a deployment. Templates read them: {{ config "platform-ctx" "org" }}.',
  config: z.strictObject({
    org: z.string().describe('Name of the organization.'),
    environment: z.string().optional().describe('Name of the environment. Where an application runs is said by its deployment.'),
    tier: z.number().int().optional().describe('Tier of the platform that it belongs to.'),
  }),
  example: `
name: platform-ctx
type: platform.context
config:
  org: acme-corp
  environment: production
`,
});

export const licenseValidator = defineModule({
  type: 'license.validator',
  summary: 'Checks a licence key. Nothing here needs one: the platform is free software, and the module loads without a call to a server.',
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
