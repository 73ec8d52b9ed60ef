/** SQLite of Node under the rules of an application's database: the twin of the object's own. */
import { DatabaseSync } from 'node:sqlite';
import { AppDatabase, type SqlEngine } from '#objects/app-database-core';

export function nodeSqlite(): { open(): AppDatabase } {
  const database = new DatabaseSync(':memory:');
  const engine: SqlEngine = {
    run(sql, bindings) {
      const statement = database.prepare(sql);
      const columns = statement.columns().map((column) => column.name);
      statement.setReturnArrays(true);
      if (columns.length === 0) {
        statement.run(...bindings);
        return { columns, rows: [] };
      }
      return { columns, rows: statement.all(...bindings) as unknown as unknown[][] };
    },
    transaction(work) {
      database.exec('BEGIN');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
  };
  return { open: () => new AppDatabase(engine, () => 1_700_000_000_000) };
}
