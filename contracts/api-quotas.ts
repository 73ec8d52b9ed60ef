/** Quotas, and what of them is in use, as the API shows and takes them; see `api.ts` for the rules. */
import { z } from 'zod';
import { instant, listLimit } from '#contracts/api-parts';
import { CALL_UNITS } from '#contracts/call-weight';
import { PLAN_NAMES, QUOTA_PRIORITIES } from '#contracts/quota';

const MANY = 1_000_000;

const rate = z
  .strictObject({
    per_minute: z
      .number()
      .positive()
      .max(60 * MANY)
      .meta({ description: 'Starts that come back each minute' }),
    burst: z.number().int().min(1).max(MANY).meta({ description: 'Starts that may come at once' }),
  })
  .meta({ id: 'Rate' });

const unitRate = z
  .strictObject({
    per_minute: z
      .number()
      .positive()
      .max(60 * MANY)
      .meta({ description: 'Units that come back each minute' }),
    burst: z
      .number()
      .int()
      .min(2 * CALL_UNITS.heavy)
      .max(MANY)
      .meta({ description: 'Units that may be spent at once; one credential has half of both' }),
  })
  .meta({ id: 'UnitRate' });

const quota = {
  max_concurrent: z.number().int().min(1).max(100_000).nullable().meta({ description: 'Executions at work at the same time; null: no bound' }),
  rate: rate.nullable().meta({ description: 'Starts; null: no bound' }),
  priority: z.enum(QUOTA_PRIORITIES).meta({ description: 'Of starts whose pipeline says nothing of its own' }),
  queue_soft: z.number().int().min(1).max(10_000).meta({ description: 'With so many waiting, starts of low priority are refused (429 quota_soft)' }),
  queue_hard: z.number().int().min(1).max(10_000).meta({ description: 'With so many waiting, every start is refused (429 quota_exceeded)' }),
  egress_concurrent: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .nullable()
    .meta({ description: 'Outbound calls of steps and proxies under way at the same time, in each isolate; null: no bound' }),
  egress_bytes_per_s: z
    .number()
    .int()
    .min(1024)
    .nullable()
    .meta({ description: 'Bytes a second that outbound calls of steps and proxies send and receive, in each isolate; null: no bound' }),
  api_rate: unitRate.nullable().meta({ description: 'Units of API calls, each of which costs 0.25, 1, 5 or 20; null: no bound' }),
  live_streams: z.number().int().min(2).max(10_000).nullable().meta({ description: 'Live streams that are open at the same time; null: no bound' }),
};

export const quotaSchema = z.object(quota).meta({ id: 'Quota' });

export const tenantQuotaSchema = z
  .object({
    tenant: z.string(),
    plan: z.enum(PLAN_NAMES),
    is_default: z.boolean().meta({ description: 'Nothing was set for the company: it has the plan of the platform' }),
    overrides: z.object(quota).partial().meta({ description: 'What differs from the plan' }),
    quota: quotaSchema.meta({ description: 'What holds' }),
    plans: z.record(z.enum(PLAN_NAMES), quotaSchema).meta({ description: 'All plans' }),
  })
  .meta({ id: 'TenantQuota' });

export const tenantQuotaRequest = z
  .strictObject({
    plan: z.enum(PLAN_NAMES).nullable().meta({ description: 'null: the plan of the platform, without overrides' }),
    overrides: z.strictObject(quota).partial().optional(),
  })
  .refine(({ plan, overrides }) => plan !== null || overrides === undefined, {
    message: 'only with a plan: name the one from which they differ',
    path: ['overrides'],
  })
  .refine(({ overrides }) => !overrides?.queue_soft || !overrides.queue_hard || overrides.queue_soft <= overrides.queue_hard, {
    message: 'queue_soft is above queue_hard',
    path: ['overrides', 'queue_soft'],
  })
  .meta({ id: 'TenantQuotaRequest', examples: [{ plan: 'team', overrides: { max_concurrent: 80 } }] });

export const usageQuery = z.strictObject({ limit: listLimit });

export const usageSchema = z
  .object({
    tenant: z.string(),
    plan: z.enum(PLAN_NAMES),
    at: instant,
    bounds: z
      .array(
        z.object({
          of: z.enum(['company', 'application']),
          workflow: z.string().optional(),
          environment: z.string().optional(),
          max_concurrent: z.number().int().nullable(),
          in_flight: z.number().int().meta({ description: 'Executions at work, as isolates last told' }),
          waiting: z.number().int().meta({ description: 'Executions that wait for a place' }),
          rate: rate.nullable(),
          available: z.number().int().nullable().meta({ description: 'Starts that could come this instant; null: no rate' }),
          queue_soft: z.number().int(),
          queue_hard: z.number().int(),
        }),
      )
      .meta({ description: 'The company first, then those of its applications that are bounded' }),
    calls: z
      .object({
        rate: unitRate.nullable(),
        available: z
          .number()
          .int()
          .nullable()
          .meta({ description: 'Units that are left this instant, beside those that isolates have leased; null: no bound' }),
      })
      .meta({ description: 'Calls of the API, in units' }),
    live_streams: z.object({ max: z.number().int().nullable(), open: z.number().int() }),
    waiting: z
      .array(
        z.object({
          execution_id: z.string(),
          workflow: z.string(),
          environment: z.string(),
          pipeline: z.string(),
          of: z.enum(['company', 'application']).meta({ description: 'Whose place it waits for' }),
          key: z.string().meta({ description: 'Keys take turns' }),
          priority: z.number().int(),
          position: z.number().int(),
          since: instant,
        }),
      )
      .meta({ description: 'In the order of their turns' }),
    more: z.boolean().meta({ description: 'Whether there is more than is shown' }),
  })
  .meta({ id: 'Usage' });
