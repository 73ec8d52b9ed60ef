/** A SQL database by its driver; the driver that there is here is SQLite. */
import { z } from 'zod';
import { statements } from '#modules/data/statements';
import { defineModule } from '#modules/define-module';

export const databaseWorkflow = defineModule({
  type: 'database.workflow',
  summary: 'A SQL database of the application. With the driver sqlite it is a SQLite database in the region of the tenant.',
  database: true,
  ports: { offers: ['database'] },
  config: z.strictObject({
    driver: z.enum(['sqlite', 'sqlite3']).default('sqlite').describe('Kind of database. Here: sqlite.'),
    dsn: z.string().optional().describe('Where the database lies. No effect here: the name of the module names the database.'),
    maxOpenConns: z.number().int().optional().describe('No effect here: a database has one writer.'),
    maxIdleConns: z.number().int().optional().describe('No effect here: there are no connections to keep.'),
    setup: statements,
    schema: statements,
    migrations: statements,
  }),
  example: `
name: orders-db
type: database.workflow
config:
  driver: sqlite
  setup: CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, status TEXT NOT NULL)
`,
});
