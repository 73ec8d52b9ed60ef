/** Numbers of the application's executions, as Prometheus reads them. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import type { RecentExecution } from '#modules/door';

/** What may be shown, and the words that other systems have for it. */
const GROUPS = { executions: ['workflow', 'workflows'], durations: ['duration'], active: ['active_workflows'], info: ['module'] } as const;
type Group = keyof typeof GROUPS;

const config = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-zA-Z_:][\w:]*$/)
    .default('workflow')
    .describe('First word of the names.'),
  subsystem: z.string().regex(/^\w+$/).optional().describe('Second word of the names.'),
  metricsPath: z.string().regex(/^\//, 'a path that begins with /').default('/metrics').describe('Path where they are.'),
  collectInterval: z.union([z.number(), z.string()]).optional().describe('No effect here: they are counted when they are asked for.'),
  enabledMetrics: z
    .array(z.string())
    .optional()
    .describe(`Which are shown: ${Object.keys(GROUPS).join(', ')}. Default: all.`),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const metricsCollector = defineModule({
  type: 'metrics.collector',
  summary:
    'Shows at /metrics, in the text form of Prometheus, how the last 200 executions of the application ended, how long they took, and how many run. Numbers of all time, by hour, are those of the platform: GET /api/v1/dashboard/metrics.',
  config,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  notices: ({ enabledMetrics }) =>
    (Array.isArray(enabledMetrics) ? enabledMetrics : [])
      .filter((name) => groupOf(String(name)) === undefined)
      .map((name) => ({
        severity: 'warning',
        setting: 'enabledMetrics',
        message: `There are no metrics "${name}" here.`,
        hint: `There are ${Object.keys(GROUPS).join(', ')}.`,
      })),
  mounts: (settings) => [{ method: 'GET', path: (settings as Settings).metricsPath }],
  door: {
    async serve(_, { settings, executions, workflow, environment, deployment }) {
      const { namespace, subsystem, enabledMetrics } = settings as Settings;
      const shown = new Set(enabledMetrics?.map(groupOf) ?? (Object.keys(GROUPS) as Group[]));
      const prefix = [namespace, subsystem].filter((part) => part).join('_');
      const recent = shown.has('executions') || shown.has('durations') || shown.has('active') ? await executions.recent() : [];
      const metrics = [
        ...(shown.has('info') ? [info(prefix, { workflow, environment, version: String(deployment.version) })] : []),
        ...(shown.has('executions') ? [counts(prefix, recent)] : []),
        ...(shown.has('active') ? [active(prefix, recent)] : []),
        ...(shown.has('durations') ? [durations(prefix, recent)] : []),
      ];
      return new Response(metrics.join(''), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' } });
    },
  },
  example: `
name: metrics
type: metrics.collector
config:
  namespace: shop
  enabledMetrics: [executions, durations]
`,
});

function groupOf(name: string): Group | undefined {
  return (Object.keys(GROUPS) as Group[]).find((group) => group === name || (GROUPS[group] as readonly string[]).includes(name));
}

function metric(name: string, type: 'gauge' | 'summary', help: string, lines: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function info(prefix: string, labels: Record<string, string>): string {
  return metric(`${prefix}_info`, 'gauge', 'What runs.', [`${prefix}_info{${Object.entries(labels).map(([key, value]) => `${key}="${value}"`)}} 1`]);
}

function counts(prefix: string, recent: readonly RecentExecution[]): string {
  const name = `${prefix}_recent_executions`;
  const found = new Map<string, number>();
  for (const { pipeline, status } of recent) {
    const labels = `{pipeline="${pipeline}",status="${status}"}`;
    found.set(labels, (found.get(labels) ?? 0) + 1);
  }
  const lines = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([labels, count]) => `${name}${labels} ${count}`);
  return metric(name, 'gauge', 'Of the last 200 executions, by pipeline and status.', lines);
}

function active(prefix: string, recent: readonly RecentExecution[]): string {
  const count = recent.filter(({ duration_ms }) => duration_ms === undefined).length;
  return metric(`${prefix}_active_executions`, 'gauge', 'Of the last 200 executions, those that have not ended.', [`${prefix}_active_executions ${count}`]);
}

const QUANTILES = [0.5, 0.95, 0.99];

function durations(prefix: string, recent: readonly RecentExecution[]): string {
  const name = `${prefix}_recent_duration_seconds`;
  const groups = new Map<string, number[]>();
  for (const { pipeline, duration_ms } of recent) if (duration_ms !== undefined) groups.set(pipeline, [...(groups.get(pipeline) ?? []), duration_ms / 1000]);
  const lines = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([pipeline, values]) => {
      const sorted = values.sort((a, b) => a - b);
      const at = (quantile: number) => sorted[Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)]!;
      return [
        ...QUANTILES.map((quantile) => `${name}{pipeline="${pipeline}",quantile="${quantile}"} ${at(quantile)}`),
        `${name}_sum{pipeline="${pipeline}"} ${sorted.reduce((sum, each) => sum + each, 0)}`,
        `${name}_count{pipeline="${pipeline}"} ${sorted.length}`,
      ];
    });
  return metric(name, 'summary', 'How long the last executions took, by pipeline.', lines);
}
