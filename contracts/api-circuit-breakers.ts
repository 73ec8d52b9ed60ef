/** Circuit breakers, as the API shows them and takes orders for them. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, listLimit, page } from '#contracts/api-parts';
import { parseDuration } from '#contracts/duration';

const LONGEST_MS = 30 * 86_400_000;

export const breakerQuery = z.strictObject({ environment: environmentSchema.optional().meta({ description: 'production when absent' }) });

export const breakersQuery = z.strictObject({
  environment: environmentSchema.optional().meta({ description: 'production when absent' }),
  limit: listLimit,
  cursor,
});

const status = z.enum(['closed', 'open', 'half_open']);

const row = {
  name: z.string().meta({ description: 'A host, or the name that steps give' }),
  environment: z.string(),
  region: z.string().meta({ description: 'Whose calls it holds back: those of executions that live there' }),
  status: status.meta({ description: 'closed: calls go out. open: none does. half_open: single calls try whether the other side is back.' }),
  failing: z.boolean().meta({ description: 'Closed, and the last call failed' }),
  retry_at: instant.nullable().meta({ description: 'Open: when a call may try; null: not until it is closed by hand' }),
  since: instant.meta({ description: 'Since when it has this status' }),
  updated_at: instant,
  failure_threshold: z.number().int(),
  success_threshold: z.number().int(),
  timeout_ms: z.number().int(),
};

export const breakerSchema = z.object(row).meta({ id: 'CircuitBreaker' });
export const breakerPage = page('CircuitBreakerPage', breakerSchema).extend({
  regions: z
    .array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']) }))
    .optional()
    .meta({ description: 'Regions that were asked, where the tenant has several. Breakers of one that is unavailable are missing from the page.' }),
});

export const breakerDetailsSchema = z
  .object({
    ...row,
    failures: z.number().int().meta({ description: 'In a row' }),
    successes: z.number().int().meta({ description: 'In a row, while half open' }),
    regions: z
      .array(
        z.object({
          region: z.string(),
          status: status.nullable().meta({ description: 'Of the breaker of this name there; null: there is none, or the region does not answer' }),
          answers: z.boolean(),
        }),
      )
      .optional()
      .meta({ description: 'Where the tenant has several regions and all were asked' }),
    history: z.array(
      z.object({
        at: instant,
        from: status,
        to: status,
        reason: z.enum(['failures', 'timeout', 'probe_failed', 'recovered', 'manual']),
        by: z.string().optional(),
        note: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'CircuitBreakerDetails' });

export const breakerRequest = z
  .strictObject({
    action: z.enum(['open', 'close']).meta({ description: 'open: calls are held back. close: they go out again, and failures are counted anew.' }),
    everywhere: z
      .boolean()
      .optional()
      .meta({ description: 'In all regions of the tenant; without it in the one that the header X-Region names, home when absent' }),
    note: z.string().trim().min(1).max(300).optional().meta({ description: 'Why; it stands in the history' }),
    for: z
      .union([z.string(), z.number()])
      .transform((given, context) => {
        const ms = parseDuration(given);
        if (ms !== undefined && ms > 0 && ms <= LONGEST_MS) return ms;
        context.addIssue({ code: 'custom', message: 'a duration such as 30s, 10m or 2h; 30 days at most' });
        return z.NEVER;
      })
      .optional()
      .meta({ description: 'Open: for so long; until somebody closes it when absent', examples: ['10m'] }),
  })
  .refine((body) => body.action === 'open' || body.for === undefined, { message: 'only with open', path: ['for'] })
  .meta({ id: 'CircuitBreakerRequest', examples: [{ action: 'open', for: '10m', note: 'maintenance until noon' }] });
