/**
 * The rows of a tenant in a region's D1 on their way to another region, table after table and page after page. Whose a row
 * is says `TenantRows`; this is how it is read, written as it was, and hashed.
 *
 * 1. Writing a page again changes nothing.
 * 2. What triggers keep of other tables comes last, and wins.
 */
import { createHash } from 'node:crypto';
import { OBJECT_LISTS, type Table, TenantRows } from '#storage/tenant-rows';

export type SqlRow = (string | number | null)[];

export interface RowPage {
  table: string;
  columns: string[];
  rows: SqlRow[];
}

/** Kept by triggers. */
const DERIVED: ReadonlySet<string> = new Set(['dead_letter_depths']);
/** May change while nothing else does, and nothing depends on it. */
const VOLATILE: ReadonlySet<string> = new Set(['last_used_at', 'last_seen_at', 'last_sign_in_at', 'last_used']);
const ROWS = 200;
/** Characters of one bound value, about; D1 takes up to 2 MB. */
const BOUND = 400_000;

interface CarriedTable extends Table {
  columns: string[];
  key: string[];
}

/** What the tables are does not change while a Worker runs. */
const schemas = new WeakMap<D1Database, Promise<CarriedTable[]>>();

export class CarriedRows {
  constructor(private readonly d1: D1Database) {}

  /** In the order in which they are carried. */
  tables(): Promise<CarriedTable[]> {
    const known = schemas.get(this.d1);
    if (known) return known;
    const read = this.#read();
    schemas.set(this.d1, read);
    read.catch(() => schemas.delete(this.d1));
    return read;
  }

  /** `after`: key of the last row of the page before. `next`: the same for the page behind. */
  async page(table: string, tenant: string, after: SqlRow | null): Promise<RowPage & { next: SqlRow | null }> {
    const { condition, columns, key } = await this.#table(table);
    const order = key.map(quoted).join(', ');
    const behind = after === null ? '' : ` AND (${order}) > (${after.map((_, at) => `?${at + 2}`).join(', ')})`;
    const rows = await this.d1
      .prepare(`SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(table)} WHERE ${condition}${behind} ORDER BY ${order} LIMIT ${ROWS}`)
      .bind(tenant, ...(after ?? []))
      .raw<SqlRow>();
    const last = rows.length === ROWS ? rows.at(-1)! : null;
    return { table, columns, rows, next: last && key.map((column) => last[columns.indexOf(column)]!) };
  }

  /** Rows that are there already are replaced. Columns that are not the table's are refused. */
  async put({ table, columns, rows }: RowPage): Promise<void> {
    const known = (await this.#table(table)).columns;
    const strange = columns.filter((column) => !known.includes(column));
    if (strange.length > 0) throw new Error(`${table} has no columns ${strange.join(', ')}`);
    const values = columns.map((_, at) => `value ->> ${at}`).join(', ');
    const insert = this.d1.prepare(`INSERT OR REPLACE INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) SELECT ${values} FROM json_each(?1)`);
    for (const part of partsOf(rows)) await insert.bind(JSON.stringify(part)).run();
  }

  /** Hex SHA-256 of a page, and how many rows it has. `without`: columns that differ from region to region. */
  async digest(table: string, tenant: string, after: SqlRow | null, without: readonly string[]): Promise<{ count: number; sha256: string }> {
    const { columns, rows } = await this.page(table, tenant, after);
    const hashed = columns.map((column, at) => ({ column, at })).filter(({ column }) => !without.includes(column) && !VOLATILE.has(column));
    hashed.sort((left, right) => (left.column < right.column ? -1 : 1));
    const hash = createHash('sha256');
    for (const row of rows) hash.update(`${JSON.stringify(hashed.map(({ at }) => row[at]))}\n`);
    return { count: rows.length, sha256: hash.digest('hex') };
  }

  async #table(name: string): Promise<CarriedTable> {
    const found = (await this.tables()).find(({ table }) => table === name);
    if (!found) throw new Error(`${name} is no table of a tenant's rows`);
    return found;
  }

  async #read(): Promise<CarriedTable[]> {
    const lists = OBJECT_LISTS.map((table) => ({ table, condition: 'tenant = ?1' }));
    const all = [...lists, ...(await new TenantRows(this.d1).tables())];
    const { results } = await this.d1
      .prepare('SELECT p.name, p.pk, m.value AS table_name FROM json_each(?) AS m JOIN pragma_table_info(m.value) AS p ORDER BY p.cid')
      .bind(JSON.stringify(all.map(({ table }) => table)))
      .all<{ name: string; pk: number; table_name: string }>();
    const tables = all.map(({ table, condition }): CarriedTable => {
      const columns = results.filter(({ table_name }) => table_name === table);
      const key = columns.filter(({ pk }) => pk > 0).sort((left, right) => left.pk - right.pk);
      if (key.length === 0) throw new Error(`${table} has no key to go by`);
      return { table, condition, columns: columns.map(({ name }) => name), key: key.map(({ name }) => name) };
    });
    return [...tables.filter(({ table }) => !DERIVED.has(table)), ...tables.filter(({ table }) => DERIVED.has(table))];
  }
}

function* partsOf(rows: SqlRow[]): Generator<SqlRow[]> {
  let part: SqlRow[] = [];
  let size = 0;
  for (const row of rows) {
    const length = JSON.stringify(row).length;
    if (size + length > BOUND && part.length > 0) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(row);
    size += length;
  }
  if (part.length > 0) yield part;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
