/** Requests and answers of `/api/v1/secrets`. A value goes in and never comes out. */
import { z } from 'zod';
import { cursor, environmentSchema, instant, listLimit, page } from '#contracts/api-parts';
import { LIMITS } from '#contracts/limits';

/** As `${NAME}` in a document spells it. */
export const secretNameSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'a letter, then letters, digits and underscores, at most 128 characters')
  .meta({ examples: ['STRIPE_KEY'] });

const value = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= LIMITS.secretValue, `at most ${LIMITS.secretValue} bytes`)
  .meta({ description: 'Shown nowhere, ever', writeOnly: true });
const environment = environmentSchema.optional().meta({ description: 'Only for this environment; it wins over the one for all. Absent: for all' });

export const createSecretRequest = z.strictObject({ name: secretNameSchema, value, environment }).meta({ id: 'CreateSecret' });
export const putSecretRequest = z.strictObject({ value, environment }).meta({ id: 'PutSecret' });
export const secretQuery = z.strictObject({ environment });
export const secretListQuery = z.strictObject({ limit: listLimit, cursor });

export const secretSchema = z
  .object({
    name: z.string(),
    environment: z.string().nullable().meta({ description: 'null: for all environments' }),
    version: z.number().int().meta({ description: 'Counts how often it was set' }),
    created_at: instant,
    updated_at: instant,
    updated_by: z.string(),
  })
  .meta({ id: 'Secret' });
export const secretPage = page('SecretPage', secretSchema);

export const secretsRotatedSchema = z
  .object({ rotated: z.number().int().meta({ description: 'How many values were encrypted anew' }), data_key: z.string() })
  .meta({ id: 'SecretsRotated' });
