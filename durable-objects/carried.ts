/**
 * How an object is carried to another region: all that it has on disk, a part at a time, and nothing else.
 *
 * 1. A stilled object does nothing by itself: its alarm is put aside, and set again when it wakes.
 * 2. Values come over as SQLite has them, type for type; row ids too. Both sides hash the same text.
 * 3. Unpacking begins from nothing, so that whatever an interrupted one has left does no harm. The instance ends with it:
 *    the next one reads what came.
 */
import { createHash } from 'node:crypto';
import type { CarriedTableRows, CarryAnswers, CarryOrder, Cell, Parcel, Still } from '#contracts/moving';

/** Beside the object's own keys; not a part of what is hashed. */
const RECORD = '__carried';
/** Characters of one part, about. */
const PART = 512 * 1024;
const ROWS = 500;

/** What an object knows of its own moves. */
export interface CarriedRecord {
  /** It is on its way. `alarm`: epoch ms of the one that was put aside. */
  still?: Still;
  /** Who it is, where its own name does not say so. */
  id?: string;
  /** Other names under which it is asked for. */
  names?: string[];
  /** Not itself: whoever asks here is sent there. */
  alias?: string;
  /** It has come, and not looked about yet. */
  arrived?: true;
}

interface Table {
  name: string;
  sql: string;
  columns: string[];
  hasRowid: boolean;
}

type Storage = DurableObjectStorage;
/** The last row id of what was read, as text, for it may be larger than a number holds exactly; without row ids how many rows. */
type Place = string | number | null;

export function carriedRecord({ kv }: Pick<DurableObjectStorage, 'kv'>): CarriedRecord {
  return kv.get<CarriedRecord>(RECORD) ?? {};
}

export function keepCarriedRecord({ kv }: Pick<DurableObjectStorage, 'kv'>, { still, ...rest }: CarriedRecord): void {
  const record: CarriedRecord = still ? { ...rest, still } : rest;
  if (Object.keys(record).length > 0) kv.put(RECORD, record);
  else kv.delete(RECORD);
}

/** Whether an alarm that goes off has to do nothing, for the object is on its way: it goes off again when that is over. */
export function isHeldBack({ storage }: Pick<DurableObjectState, 'storage'>): boolean {
  const { still, ...record } = carriedRecord(storage);
  if (!still) return false;
  keepCarriedRecord(storage, { ...record, still: { alarm: Math.min(still.alarm ?? Number.MAX_SAFE_INTEGER, Date.now()) } });
  return true;
}

export async function carry<O extends CarryOrder>(ctx: DurableObjectState, order: O): Promise<CarryAnswers[O['do']]> {
  return (await carried(ctx, order)) as CarryAnswers[O['do']];
}

async function carried(ctx: DurableObjectState, order: CarryOrder): Promise<CarryAnswers[CarryOrder['do']]> {
  const { storage } = ctx;
  switch (order.do) {
    case 'still':
      return still(storage);
    case 'pack':
      await still(storage);
      return pack(storage, order.from);
    case 'read':
      return pack(storage, order.from);
    case 'unpack':
      return unpack(ctx, order);
    case 'digest':
      return digest(storage);
    case 'wake':
      return wake(storage);
    case 'alias':
      return keepCarriedRecord(storage, { alias: order.id }) as undefined;
    case 'names':
      return { names: [] };
  }
}

/** Puts the alarm aside. An alarm that work under way has set anew goes there, too. */
async function still(storage: Storage): Promise<boolean> {
  const record = carriedRecord(storage);
  const alarm = await storage.getAlarm();
  if (alarm === null && (record.still || isEmpty(storage))) return false;
  const alarms = [record.still?.alarm ?? null, alarm].filter((each) => each !== null);
  keepCarriedRecord(storage, { ...record, still: { alarm: alarms.length > 0 ? Math.min(...alarms) : null } });
  if (alarm !== null) void storage.deleteAlarm();
  return !record.still;
}

async function wake(storage: Storage): Promise<undefined> {
  const { still, ...record } = carriedRecord(storage);
  if (!still) return;
  keepCarriedRecord(storage, record);
  if (still.alarm !== null) void storage.setAlarm(still.alarm);
}

/** Nothing was ever written: looking at it must not change that. */
function isEmpty(storage: Storage): boolean {
  return tablesOf(storage).length === 0 && [...keysOf(storage)].length === 0;
}

/** As much as goes into one part. `from`: the table, and the place in it. */
function pack(storage: Storage, from: string | null): Parcel {
  const tables = tablesOf(storage);
  const [first, place] = from === null ? [0, null] : (JSON.parse(from) as [number, Place]);
  const rows: CarriedTableRows[] = [];
  let size = 0;
  for (let at = first, behind = place; at < tables.length; at++, behind = null) {
    const table = tables[at]!;
    for (let more = true; more; ) {
      const page = rowsOf(storage, table, behind);
      if (page.values.length > 0) rows.push({ table: table.name, columns: table.hasRowid ? ['rowid', ...table.columns] : table.columns, values: page.values });
      size += page.size;
      more = page.next !== null;
      behind = page.next;
      if (size < PART) continue;
      const next: [number, Place] = more ? [at, behind] : [at + 1, null];
      return { ...(from === null ? { tables: tables.map(({ sql }) => sql) } : {}), rows, next: JSON.stringify(next) };
    }
  }
  // An object that arrives is as still as it left.
  const { still } = carriedRecord(storage);
  return {
    ...(from === null ? { tables: tables.map(({ sql }) => sql) } : {}),
    rows,
    kv: [...keysOf(storage)],
    others: othersOf(storage),
    ...(still ? { still } : {}),
    next: null,
  };
}

const ending = new WeakMap<DurableObjectState, ReturnType<typeof setTimeout>>();

async function unpack(ctx: DurableObjectState, { parcel, first, id, names }: Extract<CarryOrder, { do: 'unpack' }>): Promise<undefined> {
  const { storage } = ctx;
  if (first) {
    // One that came just before ends with this one.
    clearTimeout(ending.get(ctx));
    await storage.deleteAlarm();
    await storage.deleteAll();
  }
  storage.transactionSync(() => {
    for (const statement of parcel.tables ?? []) storage.sql.exec(statement);
    for (const rows of parcel.rows ?? []) insert(storage, rows);
    for (const [key, value] of parcel.kv ?? []) storage.kv.put(key, value);
    for (const statement of parcel.others ?? []) storage.sql.exec(statement);
    const record = { ...carriedRecord(storage), ...(parcel.still ? { still: parcel.still } : {}) };
    if (id !== undefined) Object.assign(record, { id, names, arrived: true });
    keepCarriedRecord(storage, record);
  });
  if (parcel.next !== null) return;
  await storage.sync();
  // Once the answer is out: what this instance remembers is of before. Who asks in that moment asks again.
  ending.set(
    ctx,
    setTimeout(() => ctx.abort('moved in'), 50),
  );
}

function insert(storage: Storage, { table, columns, values }: CarriedTableRows): void {
  const names = columns.map(quoted).join(', ');
  for (const row of values) {
    const marks = row.map((cell) => (cell?.startsWith('i') ? 'CAST(? AS INTEGER)' : cell?.startsWith('r') ? 'CAST(? AS REAL)' : '?')).join(', ');
    storage.sql.exec(`INSERT OR REPLACE INTO ${quoted(table)} (${names}) VALUES (${marks})`, ...row.map(boundOf));
  }
}

/** Tables without rows are nothing: an object makes them anew. */
function digest(storage: Storage): string {
  const hash = createHash('sha256');
  let isNothing = true;
  const add = (value: unknown, counts = true) => {
    hash.update(`${JSON.stringify(value)}\n`);
    if (counts) isNothing = false;
  };
  for (const table of tablesOf(storage)) {
    add(table.sql, false);
    for (let place: Place = null, more = true; more; more = place !== null) {
      const page = rowsOf(storage, table, place);
      for (const row of page.values) add(row);
      place = page.next;
    }
  }
  for (const entry of keysOf(storage)) add(entry);
  for (const statement of othersOf(storage)) add(statement, false);
  return isNothing ? '' : hash.digest('hex');
}

function rowsOf(storage: Storage, table: Table, place: Place): { values: Cell[][]; size: number; next: Place } {
  const cells = table.columns.map((column) => {
    const name = quoted(column);
    return `CASE typeof(${name}) WHEN 'text' THEN 't' || ${name} WHEN 'integer' THEN 'i' || ${name} WHEN 'real' THEN 'r' || printf('%!.17g', ${name}) ELSE ${name} END`;
  });
  const query = table.hasRowid
    ? `SELECT 'i' || rowid, ${cells.join(', ')} FROM ${quoted(table.name)} WHERE rowid > CAST(? AS INTEGER) ORDER BY rowid LIMIT ${ROWS}`
    : `SELECT ${cells.join(', ')} FROM ${quoted(table.name)} ORDER BY ${table.columns.map((_, at) => at + 1).join(', ')} LIMIT ${ROWS} OFFSET ?`;
  const start = place ?? (table.hasRowid ? '-9223372036854775808' : 0);
  const values: Cell[][] = [];
  let size = 0;
  for (const raw of storage.sql.exec(query, start).raw()) {
    const row = raw.map(cellOf);
    values.push(row);
    size += row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    if (size >= PART) break;
  }
  if (values.length === 0 || (values.length < ROWS && size < PART)) return { values, size, next: null };
  return { values, size, next: table.hasRowid ? values.at(-1)![0]!.slice(1) : Number(start) + values.length };
}

/** The object's own tables; those of the runtime, and those that a virtual table keeps itself, are not. */
function tablesOf({ sql }: Storage): Table[] {
  const found = sql
    .exec<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name",
    )
    .toArray();
  const virtual = found.filter((table) => /^CREATE\s+VIRTUAL\s/i.test(table.sql)).map(({ name }) => name);
  return found
    .filter(({ name }) => !virtual.some((of) => name.startsWith(`${of}_`)))
    .map(({ name, sql: text }) => ({
      name,
      sql: text,
      columns: sql
        .exec<{ name: string }>('SELECT name FROM pragma_table_info(?)', name)
        .toArray()
        .map((column) => column.name),
      hasRowid: !/\bWITHOUT\s+ROWID\b/i.test(text) && !/\browid\b/i.test(text),
    }));
}

function othersOf({ sql }: Storage): string[] {
  return sql
    .exec<{ sql: string }>("SELECT sql FROM sqlite_master WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL ORDER BY type, name")
    .toArray()
    .map((each) => each.sql);
}

function* keysOf(storage: Storage): Generator<[string, unknown]> {
  for (const [key, value] of storage.kv.list()) if (key !== RECORD) yield [key, value];
}

function cellOf(value: SqlStorageValue): Cell {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number') return `r${value}`;
  return `b${Buffer.from(value).toString('base64')}`;
}

function boundOf(cell: Cell): SqlStorageValue {
  if (cell === null) return null;
  const text = cell.slice(1);
  if (cell.startsWith('b')) return new Uint8Array(Buffer.from(text, 'base64')).buffer;
  return text;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
