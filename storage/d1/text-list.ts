/** `column IN (…)` for any number of texts: they travel as one JSON text, since D1 bounds the parameters of a statement. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

export function inTexts(column: SQLWrapper, texts: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(texts)}))`;
}
