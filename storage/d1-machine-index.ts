/**
 * The index of state machine instances in D1, with a count for each state.
 *
 * 1. Rows and counts change in one batch, which is one transaction: the counts are always those of the rows.
 * 2. A message that is not newer than its row changes neither.
 */
import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { MachineRow } from '#contracts/machine';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { machineCounts, machineInstances } from '#storage/d1/machine-schema';
import type { MachineCount, MachineFilter, MachineIndex } from '#storage/machine-ports';
import { MACHINE_CURSOR, MACHINE_CURSOR_SHAPE, newestRows } from '#storage/machine-rows';
import type { Page } from '#storage/platform-ports';

/** A text bound into a statement ends at 2 MB; a row is below 1 KB. */
const ROWS_PER_STATEMENT = 500;

const COLUMNS = ['tenant', 'environment', 'workflow', 'machine', 'created_at', 'id', 'state', 'previous_state', 'seq', 'updated_at'] as const;
const NEW = `(SELECT ${COLUMNS.map((column, i) => `value ->> ${i} AS ${column}`).join(', ')} FROM json_each(?))`;
const KEY = ['tenant', 'environment', 'workflow', 'machine', 'created_at', 'id'];
const MACHINE = 'tenant, environment, workflow, machine';
const SAME = KEY.map((column) => `old.${column} = new.${column}`).join(' AND ');

/** What the new rows add to the state they are in, and take from the one they were in. */
const COUNT = `INSERT INTO machine_counts (${MACHINE}, state, count)
SELECT ${MACHINE}, state, sum(n) FROM (
  SELECT new.tenant, new.environment, new.workflow, new.machine, new.state, 1 AS n FROM ${NEW} AS new
  LEFT JOIN machine_instances AS old ON ${SAME} WHERE old.seq IS NULL OR (new.seq > old.seq AND old.state <> new.state)
  UNION ALL
  SELECT new.tenant, new.environment, new.workflow, new.machine, old.state, -1 FROM ${NEW} AS new
  JOIN machine_instances AS old ON ${SAME} WHERE new.seq > old.seq AND old.state <> new.state
) GROUP BY ${MACHINE}, state HAVING sum(n) <> 0
ON CONFLICT (${MACHINE}, state) DO UPDATE SET count = count + excluded.count`;

const UPSERT = `INSERT INTO machine_instances (${COLUMNS.join(', ')}) SELECT * FROM ${NEW} WHERE true
ON CONFLICT (${KEY.join(', ')}) DO UPDATE SET state = excluded.state, previous_state = excluded.previous_state, seq = excluded.seq, updated_at = excluded.updated_at
WHERE excluded.seq > machine_instances.seq`;

export class D1MachineIndex implements MachineIndex {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
  }

  async project(rows: MachineRow[]): Promise<void> {
    const newest = newestRows(rows);
    if (newest.length === 0) return;
    const statements: D1PreparedStatement[] = [];
    for (let from = 0; from < newest.length; from += ROWS_PER_STATEMENT) {
      const text = JSON.stringify(newest.slice(from, from + ROWS_PER_STATEMENT).map((row) => COLUMNS.map((column) => row[column] ?? null)));
      // The counts first: they are the difference to the rows as they still are.
      statements.push(this.#d1.prepare(COUNT).bind(text, text), this.#d1.prepare(UPSERT).bind(text));
    }
    await this.#d1.batch(statements);
  }

  async list(tenant: string, filter: MachineFilter): Promise<Page<MachineRow>> {
    const { environment, workflow, machine, state, limit, cursor } = filter;
    const at = machineInstances;
    const where: SQL[] = [eq(at.tenant, tenant), eq(at.environment, environment), eq(at.workflow, workflow), eq(at.machine, machine)];
    if (state !== undefined) where.push(eq(at.state, state));
    if (cursor !== undefined) {
      const [createdAt, id] = decodeCursor(MACHINE_CURSOR, MACHINE_CURSOR_SHAPE, cursor);
      where.push(sql`(${at.createdAt}, ${at.id}) < (${createdAt}, ${id})`);
    }
    // Left to itself the planner walks through all states.
    const place = sql.raw(state === undefined ? '' : 'INDEXED BY machine_instances_state');
    const rows = await this.#db.all<Row>(
      sql`SELECT * FROM machine_instances ${place} WHERE ${and(...where)} ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`,
    );
    return pageOf(rows.map(rowOf), limit, (last) => encodeCursor(MACHINE_CURSOR, [last.created_at, last.id]));
  }

  async counts(tenant: string, environment: string, workflow: string): Promise<MachineCount[]> {
    const at = machineCounts;
    return this.#db
      .select({ machine: at.machine, state: at.state, count: at.count })
      .from(at)
      .where(and(eq(at.tenant, tenant), eq(at.environment, environment), eq(at.workflow, workflow), gt(at.count, 0)))
      .orderBy(at.machine, at.state);
  }
}

/** As SQL gives it. */
type Row = Required<Omit<MachineRow, 'previous_state'>> & { previous_state: string | null };

function rowOf({ previous_state, ...row }: Row): MachineRow {
  return { ...row, ...(previous_state === null ? {} : { previous_state }) };
}
