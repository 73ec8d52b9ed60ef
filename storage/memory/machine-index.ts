/** Memory twin of the index of state machine instances. */
import type { MachineRow } from '#contracts/machine';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { MachineCount, MachineFilter, MachineIndex } from '#storage/machine-ports';
import { MACHINE_CURSOR, MACHINE_CURSOR_SHAPE, newestRows, rowKey } from '#storage/machine-rows';
import type { Page } from '#storage/platform-ports';

export class MemoryMachineIndex implements MachineIndex {
  readonly #rows = new Map<string, MachineRow>();

  async project(rows: MachineRow[]): Promise<void> {
    for (const row of newestRows(rows)) {
      const known = this.#rows.get(rowKey(row));
      if (!known || known.seq < row.seq) this.#rows.set(rowKey(row), structuredClone(row));
    }
  }

  async list(tenant: string, { environment, workflow, machine, state, limit, cursor }: MachineFilter): Promise<Page<MachineRow>> {
    const after = cursor === undefined ? undefined : decodeCursor(MACHINE_CURSOR, MACHINE_CURSOR_SHAPE, cursor);
    const rows = [...this.#rows.values()]
      .filter((row) => row.tenant === tenant && row.environment === environment && row.workflow === workflow && row.machine === machine)
      .filter((row) => state === undefined || row.state === state)
      .filter((row) => !after || compare([row.created_at, row.id], after) < 0)
      .sort((left, right) => compare([right.created_at, right.id], [left.created_at, left.id]))
      .slice(0, limit + 1);
    return pageOf(rows, limit, (last) => encodeCursor(MACHINE_CURSOR, [last.created_at, last.id]));
  }

  async counts(tenant: string, environment: string, workflow: string): Promise<MachineCount[]> {
    const counts = new Map<string, MachineCount>();
    for (const row of this.#rows.values()) {
      if (row.tenant !== tenant || row.environment !== environment || row.workflow !== workflow) continue;
      const key = `${row.machine} ${row.state}`;
      const count = counts.get(key) ?? { machine: row.machine, state: row.state, count: 0 };
      counts.set(key, { ...count, count: count.count + 1 });
    }
    return [...counts.values()].sort((left, right) => (`${left.machine} ${left.state}` < `${right.machine} ${right.state}` ? -1 : 1));
  }
}

type Place = readonly [createdAt: number, id: string];

function compare(left: Place, right: Place): number {
  return left[0] - right[0] || (left[1] < right[1] ? -1 : left[1] > right[1] ? 1 : 0);
}
