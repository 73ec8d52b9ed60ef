/** A document store: a table in the region of the tenant, one object for each module. */
import { z } from 'zod';
import { NOSQL_TABLE } from '#contracts/edge-tables';
import { defineModule } from '#modules/define-module';

export const nosqlMemory = defineModule({
  type: 'nosql.memory',
  summary:
    'A document store of the application. Here it is a table in the region of the tenant, which keeps its documents; step.nosql_get, put, query and delete use it.',
  database: true,
  tables: [NOSQL_TABLE],
  ports: { offers: ['nosql', 'database'] },
  config: z.strictObject({
    collection: z.string().optional().describe('No effect here: a store is one collection.'),
    table: z.string().optional().describe('No effect here: a store is one table.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: profiles
type: nosql.memory
config:
  collection: profiles
`,
});
