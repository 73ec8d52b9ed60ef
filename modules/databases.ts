/** The databases of an application: on the edge each is a SQLite object in the region of the tenant. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const statements = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .describe('SQL that makes the tables, run once when the database is first used: one text or a list of statements.');

export const storageSqlite = defineModule({
  type: 'storage.sqlite',
  summary: 'A SQLite database of the application, kept in the region of the tenant. Steps name it in the setting database.',
  database: true,
  config: z.strictObject({
    path: z.string().optional().describe('File of the database. No effect here: the name of the module names the database.'),
    dbPath: z.string().optional().describe('Older spelling of path.'),
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

export const databaseWorkflow = defineModule({
  type: 'database.workflow',
  summary: 'A SQL database of the application. With the driver sqlite it is a SQLite database in the region of the tenant.',
  database: true,
  config: z.strictObject({
    driver: z.enum(['sqlite', 'sqlite3']).default('sqlite').describe('Kind of database. Here: sqlite.'),
    dsn: z.string().optional().describe('Where the database lies. No effect here: the name of the module names the database.'),
    maxOpenConns: z.number().int().optional().describe('No effect here: a database has one writer.'),
    maxIdleConns: z.number().int().optional().describe('No effect here.'),
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
