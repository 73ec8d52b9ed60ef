/** Routes that change something. */
import { defineModule } from '#modules/define-module';
import { routedConfig, routedSteps } from '#modules/http/api-routes';

export const apiCommand = defineModule({
  type: 'api.command',
  summary: 'Routes that change something. Their steps stand at the route; without steps a delegate does the work.',
  config: routedConfig,
  ports: { offers: ['requests', 'messages'], takes: [{ port: 'routes' }] },
  pipelines: ['delegate'],
  unheeded: ['routes'],
  lower: (use) => routedSteps(use, 202),
  example: `
name: commands
type: api.command
config:
  service_name: orders
`,
});
