/** Retention as the API shows and takes it; see `api.ts` for the rules. */
import { z } from 'zod';
import { instant } from '#contracts/api-parts';
import { PLAN_NAMES } from '#contracts/quota';
import { MOST_DAYS } from '#contracts/retention';

const days = z.number().int().min(1).max(MOST_DAYS).nullable();
const retention = {
  executions: days.meta({ description: 'Days from the end of an execution until it goes, with its archive, its payloads and its row; null: never' }),
  dead_letters: days.meta({ description: 'Days that a dead letter is listed at most; null: as long as its pipeline says' }),
  logs: days.meta({ description: 'Days that lines of applications are kept at most; null: as long as the document says' }),
  audit: days.meta({ description: 'Days that entries of the audit log are kept; null: for ever' }),
};
/** What holds for a company, told to the other regions in which it has executions. */
export const retentionDaysSchema = z.object(retention);

const bound = z.object({ usual: days, least: z.number().int(), most: days });
const counts = z.object({ executions: z.number().int(), dead_letters: z.number().int(), logs: z.number().int(), audit: z.number().int() });

export const retentionSchema = z
  .object({
    tenant: z.string(),
    plan: z.enum(PLAN_NAMES),
    own: z.object(retention).partial().meta({ description: 'What the company has decided' }),
    retention: retentionDaysSchema.meta({ description: 'What holds, in days' }),
    bounds: z.object({ executions: bound, dead_letters: bound, logs: bound, audit: bound }).meta({ description: 'What the plan allows, and what is usual' }),
    last_sweep: z.object({ at: instant, removed: counts }).nullable().meta({ description: 'The last time that what is old was removed here; null: not yet' }),
    next_sweep: z
      .object({
        at: instant.meta({ description: 'When the first sweep begins that goes by these numbers; what has become shorter is announced for a day' }),
        executions: z.number().int().meta({ description: 'How many it removes at most, in all regions: those under a key that still holds stay' }),
        more: z.boolean().meta({ description: 'There are more than were counted: a region looks at its oldest 10,000, and one may not have answered' }),
        regions: z
          .array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']), executions: z.number().int(), more: z.boolean() }))
          .optional()
          .meta({ description: 'Where executions of the company live in several: what each has counted' }),
      })
      .nullable(),
  })
  .meta({ id: 'Retention' });

export const retentionRequest = z
  .strictObject(retention)
  .partial()
  .meta({ id: 'RetentionRequest', description: 'What is left out is as the plan has it', examples: [{ executions: 90, logs: 14 }] });
