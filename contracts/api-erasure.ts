/** Requests and answers about the erasure of a tenant; see `api.ts` for the rules. */
import { z } from 'zod';
import { askedRegions, instant, page } from '#contracts/api-parts';
import { ERASURE_STAGES } from '#contracts/erasure';

export const erasedSchema = z
  .object({
    stage: z.enum(ERASURE_STAGES).meta({
      description: 'objects: databases, actors, schedules, jobs; keys: stores of idempotency keys; files: everything in the bucket; rows: everything in D1',
    }),
    count: z.number().int(),
    sha256: z.string().meta({ description: 'Hash chain over the names of what was erased; empty when there was nothing' }),
  })
  .meta({ id: 'Erased' });

export const erasureRequest = z
  .strictObject({ confirm: z.string().meta({ description: 'The slug of the tenant, once more' }) })
  .meta({ id: 'ErasureRequest', examples: [{ confirm: 'acme' }] });

export const erasureSchema = z
  .object({
    tenant: z.string(),
    status: z
      .enum(['closing', 'erasing', 'settling', 'verifying', 'elsewhere', 'completed'])
      .meta({ description: 'elsewhere: other regions erase what lived there' }),
    stage: z.enum(ERASURE_STAGES),
    requested_by: z.string(),
    requested_at: instant,
    rounds: z.number().int().meta({ description: 'How often everything was gone through' }),
    erased: z.array(erasedSchema),
    fault: z.string().optional().meta({ description: 'What stands in the way; it is tried again' }),
  })
  .meta({ id: 'Erasure' });

export const erasureCertificateSchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    requested_by: z.string(),
    requested_at: instant,
    finished_at: instant,
    regions: z.array(z.object({ region: z.string(), finished_at: instant, rounds: z.number().int(), erased: z.array(erasedSchema) })),
    prev: z.string().meta({ description: 'Hash of the certificate before it' }),
    hash: z.string().meta({ description: 'Hex SHA-256 of this one, `prev` included' }),
  })
  .meta({ id: 'ErasureCertificate' });
export const erasureCertificatePage = page('ErasureCertificatePage', erasureCertificateSchema).extend({ regions: askedRegions });
