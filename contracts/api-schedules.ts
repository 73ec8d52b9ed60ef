/** What starts by time, as the API shows it. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, jsonObject, listLimit, page } from '#contracts/api-parts';

export const schedulesQuery = z.strictObject({
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Id or name of a workflow' }),
  environment: environmentSchema.optional().meta({ description: 'production when absent' }),
  next: z.coerce.number().int().min(1).max(50).optional().meta({ description: 'How many of the next times are shown; 5 when absent' }),
  limit: listLimit,
  cursor,
});

const time = z.object({
  at: instant,
  execution_id: z.string().optional(),
  note: z.string().optional().meta({ description: 'Why there is no execution, or why it came late' }),
});

export const scheduleSchema = z
  .object({
    workflow: z.string(),
    environment: z.string(),
    name: z.string().meta({ description: 'Unique in the application' }),
    pipeline: z.string(),
    cron: z.string().optional(),
    every_ms: z.number().int().optional().meta({ description: 'Instead of cron: the distance between two times' }),
    timezone: z.string(),
    overlap: z.enum(['allow', 'skip', 'cancel_previous']),
    catch_up: z.enum(['none', 'last', 'all']),
    params: jsonObject.optional(),
    status: z.enum(['active', 'paused', 'disabled']),
    paused_by: z.string().optional(),
    next_runs: z.array(instant),
    last_run: time.nullable(),
    waiting: z
      .object({ times: z.array(instant), again_at: instant.meta({ description: 'When they are tried again' }), reason: z.string() })
      .nullable()
      .meta({ description: 'Times that are due and could not be started yet, for want of room in a quota for example; they hold up no other schedule' }),
    recent: z.array(time).meta({ description: 'What came of the last ten times, the newest first' }),
  })
  .meta({ id: 'Schedule' });

export const schedulePage = page('SchedulePage', scheduleSchema);
export const scheduleControlQuery = z.strictObject({ environment: environmentSchema.optional().meta({ description: 'production when absent' }) });
export const scheduleControlSchema = z.object({ name: z.string(), status: z.enum(['active', 'paused']) }).meta({ id: 'ScheduleControl' });
export const scheduleRunSchema = z.object({ execution_id: z.string() }).meta({ id: 'ScheduleRun' });
