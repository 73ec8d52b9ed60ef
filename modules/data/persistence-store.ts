/** Where resources and state are kept: a database of the application, by its name. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const persistenceStore = defineModule({
  type: 'persistence.store',
  summary: 'Names the database in which resources are kept: an api.handler that depends on it keeps its items there.',
  ports: { offers: ['resources'], takes: [{ port: 'database', by: 'database' }] },
  config: z.strictObject({
    database: z.string().optional().describe('Module of the type database.workflow or storage.sqlite. Default: a database of the module itself.'),
    description: z.string().optional().describe('What it is for.'),
  }),
  example: `
name: persistence
type: persistence.store
config:
  database: orders-db
`,
});
