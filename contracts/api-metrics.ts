/** Requests and answers about metrics and cost; see `api.ts` for the rules. The field names of the metrics are those of `vision.txt` 3d. */
import { z } from 'zod';
import { executionId } from '#contracts/api-executions';
import { environmentSchema, instant, projectId } from '#contracts/api-parts';
import { parseDuration } from '#contracts/duration';
import { USAGE_KEYS } from '#contracts/metrics';
import { LIST_PRICES } from '#contracts/prices';

const HOUR = 3_600_000;
const MAX_PERIOD_MS = 31 * 24 * HOUR;
const MIN_PERIOD_MS = 5 * 60_000;

/** `15m`, `24h`, `7d`; at least five minutes, at most 31 days. */
const period = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhd]$/, 'a number and m, h or d, such as 24h')
  .refine((text) => (parseDuration(text) ?? 0) >= MIN_PERIOD_MS && (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= MAX_PERIOD_MS, 'from 5m to 31d')
  .default('24h')
  .meta({ description: 'How far back from now: `15m`, `24h`, `7d`; 5m to 31d, 24h when absent', examples: ['24h'] });

export const metricsQuery = z.strictObject({
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`; all when absent' }),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  environment: environmentSchema.optional().meta({ description: 'Environment; all when absent' }),
  project: projectId.optional().meta({ description: 'Of this project alone' }),
  period,
});

const whole = z.number().int();
const ms = z.number().nullable();
const percent = z.number().nullable();
const usd = z.number().meta({ description: 'US dollars, estimated from what was used; see docs/metrics.md' });

export const usageSchema = z
  .object(Object.fromEntries(USAGE_KEYS.map((key) => [key, z.number()])) as Record<(typeof USAGE_KEYS)[number], z.ZodNumber>)
  .meta({ id: 'MeteredUsage', description: 'What was used, as far as it is billed' });

const timesOfDuration = { avg_duration_ms: ms, p50_duration_ms: ms, p95_duration_ms: ms, p99_duration_ms: ms };

const summary = z.object({
  total_executions: whole.meta({ description: 'Started in the period' }),
  running: whole.meta({ description: 'Of them, those that have not ended' }),
  success_rate: percent.meta({ description: 'Of those that completed or went wrong, how many of 100 completed; null when there are none' }),
  ...timesOfDuration,
  error_count: whole.meta({ description: 'Failed, or undone after a failure' }),
  cancelled_count: whole,
  retry_count: whole.meta({ description: 'Calls beyond the first' }),
  dlq_depth: whole.meta({ description: 'Dead letters that wait now' }),
  cost_usd: usd,
});

const stepMetrics = z.object({
  step: z.string().meta({ description: 'Path in the definition' }),
  type: z.string(),
  workflow: z.string(),
  pipeline: z.string(),
  executions: whole.meta({ description: 'Runs that completed or were given up' }),
  errors: whole,
  skipped: whole,
  retries: whole,
  error_rate: z.number().meta({ description: 'Of 100 runs, how many were given up' }),
  avg_ms: ms,
  p50_ms: ms,
  p95_ms: ms,
  p99_ms: ms,
  cost_usd: usd,
});
export type StepMetrics = z.infer<typeof stepMetrics>;

const pipelineMetrics = z.object({ workflow: z.string(), pipeline: z.string(), environment: z.string(), ...summary.omit({ dlq_depth: true }).shape });
export type PipelineMetrics = z.infer<typeof pipelineMetrics>;

const pointSchema = z.object({
  at: instant,
  executions: whole,
  errors: whole,
  retries: whole,
  success_rate: percent,
  p50_duration_ms: ms,
  p95_duration_ms: ms,
  p99_duration_ms: ms,
  cost_usd: usd,
});
export type MetricsPoint = z.infer<typeof pointSchema>;

export const metricsSchema = z
  .object({
    pipeline: z.string().nullable().meta({ description: 'As asked; null for all' }),
    period: z.string(),
    from: instant,
    to: instant,
    summary,
    by_step: z.array(stepMetrics).meta({ description: 'In the order in which the pipelines name them; at most 500' }),
    by_pipeline: z.array(pipelineMetrics).meta({ description: 'The busiest first; at most 200' }),
    by_hour: z
      .array(z.object({ hour: z.string(), executions: whole, errors: whole }))
      .meta({ description: 'Every hour of the period, those without executions as well' }),
    series: z.array(pointSchema).meta({ description: 'Points of `point_ms` each, without gaps' }),
    point_ms: whole,
    partial: z.boolean().optional().meta({
      description: 'There were more executions than can be looked through at once: the oldest part of the period is missing. Asking again goes further.',
    }),
    regions: z.array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']) })).optional(),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.infer<typeof metricsSchema>;

const price = z.number().meta({ description: 'US dollars' });
const pricesSchema = z
  .object(Object.fromEntries(Object.keys(LIST_PRICES).map((key) => [key, price])) as Record<keyof typeof LIST_PRICES, typeof price>)
  .meta({ id: 'Prices', description: 'A million of each; `storage_gb_month` for one GB' });

const costParts = z
  .object(Object.fromEntries(USAGE_KEYS.map((key) => [key, z.number()])) as Record<(typeof USAGE_KEYS)[number], z.ZodNumber>)
  .meta({ description: 'US dollars for each kind of use' });

export const executionCostSchema = z
  .object({
    execution_id: executionId,
    /** Always: the time of the object is that of its calls, and the queue is shared. */
    estimated: z.boolean(),
    cost_usd: usd,
    usage: usageSchema,
    cost: costParts,
    by_step: z
      .array(z.object({ step: z.string(), type: z.string(), cost_usd: usd, usage: usageSchema }))
      .meta({ description: 'What belongs to one step; the rest is the execution’s own' }),
    prices: pricesSchema,
    prices_as_of: z.string(),
  })
  .meta({ id: 'ExecutionCost' });
export type ExecutionCost = z.infer<typeof executionCostSchema>;

export const tenantCostQuery = z.strictObject({ period });
export const tenantCostSchema = z
  .object({
    tenant: z.string(),
    period: z.string(),
    from: instant,
    to: instant,
    estimated: z.boolean(),
    executions: whole,
    cost_usd: usd,
    usage: usageSchema,
    cost: costParts,
    by_pipeline: z.array(
      z.object({ workflow: z.string(), pipeline: z.string(), environment: z.string(), executions: whole, cost_usd: usd, usage: usageSchema }),
    ),
    by_day: z.array(z.object({ day: z.string(), executions: whole, cost_usd: usd })),
    partial: z.boolean().optional(),
    prices: pricesSchema,
    prices_as_of: z.string(),
  })
  .meta({ id: 'TenantCost' });
export type TenantCost = z.infer<typeof tenantCostSchema>;
