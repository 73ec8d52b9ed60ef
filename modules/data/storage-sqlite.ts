/** The database of an application: on the edge a SQLite object in the region of the tenant. */
import { z } from 'zod';
import { statements } from '#modules/data/statements';
import { defineModule } from '#modules/define-module';

export const storageSqlite = defineModule({
  type: 'storage.sqlite',
  summary: 'A SQLite database of the application, kept in the region of the tenant. Steps name it in the setting database.',
  database: true,
  ports: { offers: ['database'] },
  config: z.strictObject({
    path: z.string().optional().describe('File of the database. No effect here: the name of the module names the database.'),
    dbPath: z.string().optional().describe('Older spelling of path. No effect here.'),
    maxConnections: z.number().int().optional().describe('No effect here: a database has one writer.'),
    walMode: z.boolean().optional().describe('No effect here: the platform sees to durability.'),
    setup: statements,
    schema: statements,
    migrations: statements,
  }),
  example: `
name: main-db
type: storage.sqlite
config:
  setup:
    - CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, amount REAL NOT NULL, status TEXT NOT NULL)
`,
});
