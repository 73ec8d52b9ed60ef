/**
 * All rows of a tenant in a region's D1, whatever table they are in: each table has a column `tenant`, or is named here.
 * Used to erase; nothing else reads across tables.
 */

/** Tables without the column, and the condition for a tenant's rows (`?1`). Before the tables that the condition looks into. */
const INDIRECT: readonly { table: string; condition: string }[] = [
  { table: 'workflow_versions', condition: 'workflow_id IN (SELECT id FROM workflows WHERE tenant = ?1)' },
];
/** What outlives the other rows: the tenant's own line goes last, and takes that of its sweep along; where it has gone to, and certificates, stay. */
const APART: ReadonlySet<string> = new Set(['tenants', 'retention_sweeps', 'tenant_moves', 'erasure_certificates', 'd1_migrations']);
/** Lists by which objects are found; a row goes with its object. */
export const OBJECT_LISTS = ['executions', 'machine_instances', 'circuit_breakers', 'named_objects'] as const;
/** Rows of one statement. */
const BATCH = 5000;

export interface Table {
  table: string;
  condition: string;
}

export class TenantRows {
  constructor(private readonly d1: D1Database) {}

  /** The tables, those first that others lead to. Throws for one of which it is not known whose its rows are. */
  async tables(): Promise<Table[]> {
    const { results } = await this.d1
      .prepare(
        `SELECT m.name AS name, max(p.name = 'tenant') AS is_known FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT LIKE '\\_cf\\_%' ESCAPE '\\' GROUP BY m.name ORDER BY m.name`,
      )
      .all<{ name: string; is_known: number }>();
    const passed = new Set([...APART, ...OBJECT_LISTS, ...INDIRECT.map(({ table }) => table)]);
    const rest = results.filter(({ name }) => !passed.has(name));
    const unknown = rest.filter(({ is_known }) => !is_known).map(({ name }) => name);
    if (unknown.length > 0) throw new Error(`whose are the rows of ${unknown.join(', ')}?`);
    const own = rest.map(({ name }) => name);
    return [...INDIRECT, ...own.map((table) => ({ table, condition: 'tenant = ?1' }))];
  }

  async #columns(table: string): Promise<{ name: string; pk: number }[]> {
    return (await this.d1.prepare('SELECT name, pk FROM pragma_table_info(?)').bind(table).all<{ name: string; pk: number }>()).results;
  }

  /** How many of the table are left, counted as far as one batch. */
  async count({ table, condition }: Table, tenant: string): Promise<number> {
    const query = `SELECT count(*) AS n FROM (SELECT 1 FROM "${table}" WHERE ${condition} LIMIT ${BATCH})`;
    return (await this.d1.prepare(query).bind(tenant).first<number>('n')) ?? 0;
  }

  /** One batch. */
  async remove({ table, condition }: Table, tenant: string): Promise<void> {
    const columns = (await this.#columns(table)).filter(({ pk }) => pk > 0).sort((left, right) => left.pk - right.pk);
    const key = columns.length > 0 ? columns.map(({ name }) => `"${name}"`).join(', ') : 'rowid';
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
