/** Numbers of the application's executions, as Prometheus reads them. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-zA-Z_:][\w:]*$/)
    .default('workflow')
    .describe('First word of the names.'),
  subsystem: z.string().optional().describe('Second word of the names.'),
  metricsPath: z.string().regex(/^\//, 'a path that begins with /').default('/metrics').describe('Path where they are.'),
  collectInterval: z.union([z.number(), z.string()]).optional().describe('No effect here: they are counted when they are asked for.'),
  enabledMetrics: z.array(z.string()).optional().describe('No effect here: all are shown.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const metricsCollector = defineModule({
  type: 'metrics.collector',
  summary: 'Shows at /metrics how many of the last executions of the application ended how, in the text form of Prometheus.',
  config,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  unheeded: ['enabledMetrics'],
  mounts: (settings) => [{ method: 'GET', path: (settings as Settings).metricsPath }],
  door: {
    async serve(_, { settings, executions }) {
      const { namespace, subsystem } = settings as Settings;
      const name = `${[namespace, subsystem].filter((part) => part).join('_')}_recent_executions`;
      const counts = new Map<string, number>();
      for (const { pipeline, status } of await executions.recent()) {
        const labels = `{pipeline="${pipeline}",status="${status}"}`;
        counts.set(labels, (counts.get(labels) ?? 0) + 1);
      }
      const lines = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([labels, count]) => `${name}${labels} ${count}`);
      const text = [`# HELP ${name} Of the last 200 executions, by pipeline and status.`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
      return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' } });
    },
  },
  example: `
name: metrics
type: metrics.collector
config:
  namespace: shop
`,
});
