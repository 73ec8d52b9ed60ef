/** How SQLite would do what a store asks: the plan of each statement that it prepares meanwhile. `value` stands for every parameter. */
export async function plansOf(database: D1Database, ask: (spied: D1Database) => Promise<unknown>, value: number | string = 1): Promise<string[]> {
  const statements: string[] = [];
  const spy: D1Database = Object.assign(Object.create(database), {
    prepare: (sql: string) => {
      statements.push(sql);
      return database.prepare(sql);
    },
  });
  await ask(spy);
  const plans = await Promise.all(
    statements.map((sql) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array.from({ length: sql.split('?').length - 1 }, () => value))
        .all<{ detail: string }>(),
    ),
  );
  return plans.map(({ results }) => results.map((line) => line.detail).join('\n'));
}
