/** Whether the application can be reached, for load balancers and people. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import type { DoorContext } from '#modules/door';
import { duration, durationMs } from '#modules/durations';

const path = z.string().regex(/^\//, 'a path that begins with /');

const config = z.strictObject({
  healthPath: path.default('/healthz').describe('Path of the whole picture.'),
  readyPath: path.default('/readyz').describe('Path that says whether requests are taken.'),
  livePath: path.default('/livez').describe('Path that says whether it is alive; it asks nobody.'),
  checkTimeout: duration.default('5s').describe('How long a check may take; one that takes longer has failed.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

interface Check {
  status: 'healthy' | 'unhealthy';
  message?: string;
}

export const healthChecker = defineModule({
  type: 'health.checker',
  summary:
    'Answers /healthz, /readyz and /livez of the application. It is alive when it answers; it is healthy, and takes requests, when its deployment is active and the list of its executions can be read; else the answer is 503.',
  config,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  mounts(settings) {
    const { healthPath, readyPath, livePath } = settings as Settings;
    return [healthPath, readyPath, livePath].map((each) => ({ method: 'GET', path: each }));
  },
  door: {
    async serve(request, context) {
      const { workflow, environment, deployment, now } = context;
      const { livePath } = context.settings as Settings;
      const index: { index?: Check } = request.path === livePath ? {} : { index: await indexCheck(context) };
      const healthy = index.index?.status !== 'unhealthy';
      const body = {
        status: healthy ? 'healthy' : 'unhealthy',
        application: workflow,
        environment,
        version: deployment.version,
        checks: { deployment: { status: 'healthy', hash: deployment.hash }, ...index },
        time: new Date(now()).toISOString(),
      };
      return Response.json(body, { status: healthy ? 200 : 503, headers: { 'cache-control': 'no-store', ...(healthy ? {} : { 'retry-after': '5' }) } });
    },
  },
  example: `
name: health
type: health.checker
config:
  description: Health, readiness and liveness
  checkTimeout: 2s
`,
});

async function indexCheck({ executions, settings, log }: DoorContext): Promise<Check> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Check>((resolve) => {
    const { checkTimeout } = settings as Settings;
    timer = setTimeout(
      () => resolve({ status: 'unhealthy', message: `The list of executions was not read within ${checkTimeout}.` }),
      durationMs(checkTimeout),
    );
  });
  const read = executions.recent(1).then(
    (): Check => ({ status: 'healthy' }),
    (error: unknown): Check => {
      log('error', 'The list of executions cannot be read', { error: String(error) });
      return { status: 'unhealthy', message: 'The list of executions cannot be read.' };
    },
  );
  try {
    return await Promise.race([read, late]);
  } finally {
    clearTimeout(timer);
  }
}
