import { appDatabaseConformance } from '../../conformance/app-database.ts';
import { nodeSqlite } from '../../conformance/node-sqlite.ts';

appDatabaseConformance('SQLite of Node', async () => {
  const storage = nodeSqlite();
  return { database: storage.open(), restart: async () => storage.open() };
});
