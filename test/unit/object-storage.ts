/** The storage of an object and its clock, outside of the runtime: SQLite of Node, values as JSON, time as the test has it. */
import { DatabaseSync } from 'node:sqlite';
import type { Sql } from '#storage/event-log';

/** SQLite as an object has it. */
export function nodeSql(database = new DatabaseSync(':memory:')): Sql {
  return { exec: (query, ...bindings) => database.prepare(query).all(...bindings) as Record<string, unknown>[] };
}

/** Values by name; what was put in is not what comes out. */
export function keyedValues() {
  const values = new Map<string, string>();
  return {
    get: (name: string) => (values.has(name) ? JSON.parse(values.get(name)!) : undefined),
    put: (name: string, value: unknown) => void values.set(name, JSON.stringify(value)),
    delete: (name: string) => void values.delete(name),
  };
}

/** Rows by the execution that they are of. */
export class MemoryRows<Row extends { execution_id: string }> {
  readonly map = new Map<string, string>();
  all = () => [...this.map.values()].map((text) => JSON.parse(text) as Row);
  put = (row: Row) => void this.map.set(row.execution_id, JSON.stringify(row));
  delete = (id: string) => void this.map.delete(id);
}

/** A clock that stands until it is set on; the alarm then wakes whoever has set it. */
export class HandClock {
  private time = 1_000_000;
  private alarm: number | undefined;

  now = () => this.time;
  wakeAt = (instant: number) => {
    this.alarm = Math.min(this.alarm ?? instant, instant);
  };

  async advance(ms: number, wake: () => Promise<void>): Promise<void> {
    this.time += ms;
    if (this.alarm === undefined || this.alarm > this.time) return;
    this.alarm = undefined;
    await wake();
  }
}
