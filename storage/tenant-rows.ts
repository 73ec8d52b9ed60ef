/**
 * All rows of a tenant in a region's D1, whatever table they are in: each table has a column `tenant`, or is named here.
 * Used to erase; nothing else reads across tables.
 */

/** Tables without the column, and the condition for a tenant's rows (`?1`). Before the tables that the condition looks into. */
const INDIRECT: readonly { table: string; condition: string }[] = [
  { table: 'workflow_versions', condition: 'workflow_id IN (SELECT id FROM workflows WHERE tenant = ?1)' },
];
/** What outlives the other rows: the tenant's own line goes last, certificates stay. */
const APART: ReadonlySet<string> = new Set(['tenants', 'erasure_certificates', 'd1_migrations']);
/** Lists by which objects are found; a row goes with its object. */
export const OBJECT_LISTS = ['executions', 'machine_instances', 'named_objects'] as const;
/** Rows of one statement. */
const BATCH = 5000;

interface Table {
  table: string;
  condition: string;
}

export class TenantRows {
  constructor(private readonly d1: D1Database) {}

  /** The tables, those first that others lead to. Throws for one of which it is not known whose its rows are. */
  async tables(): Promise<Table[]> {
    const { results } = await this.d1
      .prepare(
        "SELECT m.name AS name, max(c.name = 'tenant') AS has FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY m.name ORDER BY m.name",
      )
      .all<{ name: string; has: number }>();
    const own = results.filter(
      ({ name }) =>
        !APART.has(name) &&
        !(OBJECT_LISTS as readonly string[]).includes(name) &&
        !name.startsWith('sqlite_') &&
        !name.startsWith('_cf_') &&
        !INDIRECT.some(({ table }) => table === name),
    );
    const unknown = own.filter(({ has }) => !has);
    if (unknown.length > 0) throw new Error(`whose are the rows of ${unknown.map(({ name }) => name).join(', ')}?`);
    return [...INDIRECT, ...own.map(({ name }) => ({ table: name, condition: 'tenant = ?1' }))];
  }

  /** How many of the table are left, counted as far as one batch. */
  async count({ table, condition }: Table, tenant: string): Promise<number> {
    const query = `SELECT count(*) AS n FROM (SELECT 1 FROM "${table}" WHERE ${condition} LIMIT ${BATCH})`;
    return (await this.d1.prepare(query).bind(tenant).first<number>('n')) ?? 0;
  }

  /** One batch. */
  async remove({ table, condition }: Table, tenant: string): Promise<void> {
    const { results } = await this.d1.prepare(`SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk`).bind(table).all<{ name: string }>();
    const key = results.map(({ name }) => `"${name}"`).join(', ');
    await this.d1.prepare(`DELETE FROM "${table}" WHERE (${key}) IN (SELECT ${key} FROM "${table}" WHERE ${condition} LIMIT ${BATCH})`).bind(tenant).run();
  }

  /** Rows of an object list, by their whole key behind the tenant. */
  async unlist(list: (typeof OBJECT_LISTS)[number], columns: readonly string[], tenant: string, keys: (string | number)[][]): Promise<void> {
    const values = columns.map((_, at) => `value ->> ${at}`).join(', ');
    await this.d1
      .prepare(`DELETE FROM ${list} WHERE tenant = ?1 AND (${columns.join(', ')}) IN (SELECT ${values} FROM json_each(?2))`)
      .bind(tenant, JSON.stringify(keys))
      .run();
  }
}
