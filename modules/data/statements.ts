/** The setting of databases that makes their tables. */
import { z } from 'zod';

export const statements = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .describe('SQL that makes the tables, run once when the database is first used: one text or a list of statements.');
