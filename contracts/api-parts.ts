/** Parts that the schemas of the API share. */
import { z } from 'zod';
import { slugSchema } from '#contracts/ids';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';

/** The body has been parsed from JSON, so any value is JSON. */
export const json = z.unknown().meta({ description: 'Any JSON value' }) as unknown as z.ZodType<Json>;
export const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;
export const instant = z.string().meta({ format: 'date-time', examples: ['2026-02-15T14:30:00.000Z'] });
/** Text of one line, as names are: nothing that breaks it, and nothing that turns the direction in which it is read. */
export const ONE_LINE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;
export const oneLine = z.string().trim().min(1).regex(ONE_LINE, 'one line, without characters that turn the direction of reading');
export const environmentSchema = slugSchema.meta({ description: 'Name of an environment', examples: ['production'] });

export const projectId = z
  .string()
  .regex(/^prj_\w{1,40}$/, 'the id of a project, prj_ and letters or digits')
  .meta({ description: 'Id of a project', examples: ['prj_default'] });

export const formerWorkflow = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: 'Id or name of the workflow that it is to be the next version of: files of the latest one are there' });

export function page<T extends z.ZodType>(id: string, item: T) {
  return z
    .object({
      items: z.array(item),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: 'Cursor of the next page; null at the end. A page may be shorter than its limit and still have a next.' }),
    })
    .meta({ id });
}

/** A list that the operator reads over all regions, one after the other. */
export const askedRegions = z
  .array(z.object({ region: z.string(), status: z.enum(['ok', 'unavailable']) }))
  .optional()
  .meta({ description: 'Regions that were looked through for this page. What is in one that is unavailable is missing from the list' });

/** Query parameters arrive as text. */
export const listLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(LIMITS.listMax)
  .optional()
  .meta({ description: `1 to ${LIMITS.listMax}; ${LIMITS.listDefault} when absent` });
export const cursor = z.string().min(1).max(512).optional().meta({ description: '`next_cursor` of the previous page' });
export const listQuery = z.strictObject({ limit: listLimit, cursor });
