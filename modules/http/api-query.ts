/** Routes that read something. */
import { defineModule } from '#modules/define-module';
import { routedConfig, routedSteps } from '#modules/http/api-routes';

export const apiQuery = defineModule({
  type: 'api.query',
  summary: 'Routes that read something. Their steps stand at the route; without steps a delegate does the work.',
  config: routedConfig,
  ports: { offers: ['requests', 'messages'], takes: [{ port: 'routes' }] },
  pipelines: ['delegate'],
  unheeded: ['routes'],
  lower: (use) => routedSteps(use, 200),
  example: `
name: queries
type: api.query
config:
  service_name: orders
`,
});
