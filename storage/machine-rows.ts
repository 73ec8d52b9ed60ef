/** What the index of state machines shares with its memory twin. */
import type { MachineRow } from '#contracts/machine';

export const MACHINE_CURSOR = 'machine-instances';
export const MACHINE_CURSOR_SHAPE = ['number', 'string'] as const;

/** Names the row of an instance. */
export function rowKey({ tenant, environment, workflow, machine, id }: MachineRow): string {
  return JSON.stringify([tenant, environment, workflow, machine, id]);
}

/** Of several messages about one instance only the newest counts; so each row is written once a batch. */
export function newestRows(rows: readonly MachineRow[]): MachineRow[] {
  const newest = new Map<string, MachineRow>();
  for (const row of rows) {
    const known = newest.get(rowKey(row));
    if (!known || known.seq < row.seq) newest.set(rowKey(row), row);
  }
  return [...newest.values()];
}
