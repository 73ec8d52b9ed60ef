/** Answers about the export of a tenant's data; see `api.ts` for the rules. */
import { z } from 'zod';
import { instant } from '#contracts/api-parts';
import { EXPORT_STAGES } from '#contracts/tenant-export';

export const tenantExportSchema = z
  .object({
    tenant: z.string(),
    region: z.string().meta({ description: 'Whose stores are written' }),
    status: z.enum(['writing', 'finishing', 'completed']),
    stage: z.enum(EXPORT_STAGES),
    requested_by: z.string(),
    requested_at: instant,
    written: z
      .array(
        z
          .object({ stage: z.enum(EXPORT_STAGES), count: z.number().int().meta({ description: 'Files in the archive' }), bytes: z.number().int() })
          .meta({ id: 'Exported' }),
      )
      .meta({ description: 'So far, by kind' }),
    left_out: z.array(z.string()).meta({ description: 'What could not be read, by kind and name' }),
    size: z.number().int().optional().meta({ description: 'Of the archive, bytes' }),
    finished_at: instant.optional(),
    expires_at: instant.optional().meta({ description: 'When the archive goes' }),
    fault: z.string().optional().meta({ description: 'What stands in the way; it is tried again' }),
    waits_for: z
      .literal('move')
      .optional()
      .meta({ description: 'The company is on its way to another region: there the archive begins anew. Where the move is called off, it goes on' }),
  })
  .meta({ id: 'TenantExport' });
