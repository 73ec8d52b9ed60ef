/** What is known of an idempotency key of a step; see `api.ts` for the rules. */
import { z } from 'zod';
import { environmentSchema, instant, json, jsonObject } from '#contracts/api-parts';

export const idempotencyKeyQuery = z.strictObject({
  environment: environmentSchema.default('production').meta({ description: 'Keys are apart in each environment; production when absent' }),
  phase: z.enum(['run', 'compensate']).default('run').meta({ description: '`compensate`: a key of an undoing' }),
});

export const idempotencyKeySchema = z
  .object({
    key: z.string(),
    environment: z.string(),
    phase: z.enum(['run', 'compensate']),
    status: z
      .enum(['stored', 'under_way'])
      .meta({ description: 'stored: the effect was had, and its result is given again; under_way: somebody has it right now' }),
    execution_id: z.string().meta({ description: 'The execution that had, or has, the effect' }),
    step: z.string(),
    expires_at: instant.meta({ description: 'When the key is free again; of one under way, when its holder counts as lost' }),
    output: json.optional(),
    response: jsonObject.optional(),
  })
  .meta({ id: 'IdempotencyKey' });
