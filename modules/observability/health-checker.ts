/** Whether the application can be reached, for load balancers and people. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const path = z.string().regex(/^\//, 'a path that begins with /');

const config = z.strictObject({
  healthPath: path.default('/healthz').describe('Path of the whole picture.'),
  readyPath: path.default('/readyz').describe('Path that says whether requests are taken.'),
  livePath: path.default('/livez').describe('Path that says whether it is alive.'),
  checkTimeout: z.string().optional().describe('No effect here: nothing is asked that could be slow.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const healthChecker = defineModule({
  type: 'health.checker',
  summary: 'Answers /healthz, /readyz and /livez of the application: it is up when its deployment is active, which it is when it answers.',
  config,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  mounts(settings) {
    const { healthPath, readyPath, livePath } = settings as Settings;
    return [healthPath, readyPath, livePath].map((each) => ({ method: 'GET', path: each }));
  },
  door: {
    async serve(_, { workflow, environment, deployment, now }) {
      const body = {
        status: 'healthy',
        application: workflow,
        environment,
        version: deployment.version,
        checks: { deployment: { status: 'healthy', hash: deployment.hash } },
        time: new Date(now()).toISOString(),
      };
      return Response.json(body, { headers: { 'cache-control': 'no-store' } });
    },
  },
  example: `
name: health
type: health.checker
config:
  description: Health, readiness and liveness
`,
});
