/** The log of an application, and how its traces get on. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, listLimit } from '#contracts/api-parts';
import { LOG_LEVELS } from '#contracts/log-level';
import { appLogLineSchema } from '#contracts/observation';

export const applicationLogQuery = z.strictObject({
  environment: environmentSchema.optional().meta({ description: 'production when absent' }),
  level: z.enum(LOG_LEVELS).optional().meta({ description: 'Least level' }),
  pipeline: z.string().min(1).max(100).optional().meta({ description: 'Only lines of its executions' }),
  q: z.string().min(1).max(200).optional().meta({ description: 'Text that the message, the step or a field has, in any case' }),
  from: instant.optional().meta({ description: 'Not older than this' }),
  to: instant.optional().meta({ description: 'Not newer than this' }),
  limit: listLimit,
  cursor,
});

export const applicationLogPage = z
  .object({
    items: z.array(appLogLineSchema),
    next_cursor: z.string().nullable().meta({ description: 'A page may hold few lines, or none, where much had to be looked through' }),
    collected: z.boolean().meta({ description: 'Whether the version that runs has a log: a module of the type log.collector or eventlogger.modular' }),
  })
  .meta({ id: 'ApplicationLog' });

export const traceExportQuery = z.strictObject({ environment: environmentSchema.optional().meta({ description: 'production when absent' }) });

export const traceExportSchema = z
  .object({
    exported: z
      .boolean()
      .meta({ description: 'Whether the version that runs sends traces to a collector: a module of the type observability.otel with an endpoint' }),
    waiting: z.number().int().meta({ description: 'Executions whose lines or spans are still to be taken' }),
    spans_sent: z.number().int(),
    given_up: z.number().int().meta({ description: 'Executions whose spans no collector has taken within a day, or has refused' }),
    error: z.object({ at: instant, message: z.string() }).optional().meta({ description: 'Of the last try that failed' }),
  })
  .meta({ id: 'TraceExport' });
