/** Services that the platform is by itself: histories, timelines, replays, dead letters. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const service = (type: string, summary: string, settings: { [name: string]: string }, unheeded: readonly string[] = []) =>
  defineModule({
    type,
    summary,
    config: z.strictObject({
      description: z.string().optional().describe('What it is for.'),
      ...Object.fromEntries(Object.entries(settings).map(([name, about]) => [name, z.any().optional().describe(`${about} No effect here.`)])),
    }),
    unheeded,
    example: `
name: ${type.split('.')[0]}
type: ${type}
config: {}
`,
  });

export const eventstoreService = service(
  'eventstore.service',
  'Keeps the events of executions. Here every execution is its own append-only log.',
  {
    db_path: 'File of the store.',
    retention_days: 'How long events are kept; use retention of the document.',
  },
  ['retention_days'],
);
export const timelineService = service(
  'timeline.service',
  'Shows executions step by step. Here GET /api/v1/executions/{id}/timeline does, and the page of the execution.',
  { event_store: 'Module that has the events.' },
);
export const replayService = service('replay.service', 'Replays executions. Here POST /api/v1/executions/{id}/replay does.', {
  event_store: 'Module that has the events.',
});
export const dlqService = service(
  'dlq.service',
  'Keeps what failed for good. Here dead_letter of a pipeline does; GET /api/v1/dlq/pipelines/{pipeline} lists.',
  {
    max_retries: 'Attempts; use retry of the pipeline.',
    retention_days: 'How long dead letters are kept; use retention under dead_letter of the pipeline.',
  },
  ['max_retries', 'retention_days'],
);
export const platformProvider = service('platform.provider', 'Names a provider of infrastructure. Here the platform is the infrastructure.', {
  name: 'Name of the provider.',
  config: 'Its settings.',
});
export const apiGateway = service(
  'api.gateway',
  'A gateway in front of services. Here use reverseproxy, which sends requests on; this module only names it.',
  {
    globalRateLimit: 'Limit of all requests; use http.middleware.ratelimit.',
    routes: 'Routes; use reverseproxy.',
  },
  ['globalRateLimit', 'routes'],
);
export const platformResource = service(
  'platform.resource',
  'Names a resource of infrastructure. Here modules are the resources: a database, a store, a bus.',
  {
    name: 'Name of the resource.',
    type: 'Kind of the resource.',
    provider: 'Module of the provider.',
    properties: 'Its properties.',
  },
);
export const authUserStore = service(
  'auth.user-store',
  'Keeps the accounts of an application. Here auth.jwt keeps its own, in a database that no step reaches.',
  { backingStore: 'Where accounts are kept.' },
);
export const eventProcessor = service(
  'event.processor',
  'Watches for patterns over several events. Here workflows.event says which; every pattern has an object for each value of its correlation.',
  {
    bufferSize: 'Events that are kept: a thousand for each pattern.',
    cleanupInterval: 'How often what is over is removed: as soon as it is.',
  },
);
