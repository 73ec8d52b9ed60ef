/** Answers about executions that are brought as files; see `api.ts` for the rules. */
import { z } from 'zod';
import { EXECUTION_STATUSES } from '#contracts/execution';

export const importedSchema = z
  .object({
    execution_id: z.string().meta({ description: 'What it is known by here' }),
    imported_from: z.string().meta({ description: 'The execution that was exported' }),
    status: z.enum(EXECUTION_STATUSES).meta({ description: 'As of the export; it never goes on' }),
    events: z.number().int(),
    seal: z.string().meta({ description: 'Hash of the file' }),
    existing: z.boolean().meta({ description: 'The same file was imported before' }),
  })
  .meta({ id: 'ImportedExecution' });
