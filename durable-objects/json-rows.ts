/** Values by id, each a row of JSON. The table is made with the first of them: an object that keeps nothing has nothing on disk. */
export interface JsonRows<T> {
  /** In any order. */
  all(): T[];
  put(value: T): void;
  delete(id: string): void;
}

/** Names as they are on disk, for ever. */
export interface JsonTable {
  table: string;
  id: string;
  value: string;
}

export function jsonRows<T>({ sql }: Pick<DurableObjectStorage, 'sql'>, { table, id, value }: JsonTable, idOf: (value: T) => string): JsonRows<T> {
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table).toArray().length > 0;
  return {
    all: () => (exists ? sql.exec<{ value: string }>(`SELECT ${value} AS value FROM ${table}`).toArray() : []).map((row) => JSON.parse(row.value) as T),
    put(one) {
      if (!exists) sql.exec(`CREATE TABLE ${table} (${id} TEXT NOT NULL PRIMARY KEY, ${value} TEXT NOT NULL) WITHOUT ROWID`);
      exists = true;
      sql.exec(`INSERT OR REPLACE INTO ${table} (${id}, ${value}) VALUES (?, ?)`, idOf(one), JSON.stringify(one));
    },
    delete: (key) => void (exists && sql.exec(`DELETE FROM ${table} WHERE ${id} = ?`, key)),
  };
}
