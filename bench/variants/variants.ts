/** Habits of an execution object whose price is worth knowing, each alone on top of the floor, and together. */

export interface Variant {
  what: string;
  /** Where the row goes: SQL, the key-value twin of it, or the same without waiting for the disk. */
  store: 'sql' | 'kv' | 'unconfirmed';
  /** When rows are written: once at first, once at last, or before each call and at last. */
  rows: 'first' | 'last' | 'each';
  /** Waits for the disk after each row, instead of leaving that to the output gate. */
  sync?: boolean;
  /** An alarm with the first row, deleted after the answer. */
  alarm?: boolean;
  /** A row for the queue after the commit, gathered with those of others, not waited for. */
  queue?: boolean;
  /** A call to the tenant's object, not waited for. */
  tenant?: boolean;
  /** Rows of 10 KB. */
  large?: boolean;
}

const FLOOR: Variant = { what: 'the floor: one row, at first', store: 'sql', rows: 'first' };

export const VARIANTS = {
  floor: FLOOR,
  'row-last': { ...FLOOR, what: 'one row, after the calls', rows: 'last' },
  alarm: { ...FLOOR, what: 'an alarm with the row, deleted after the answer', alarm: true },
  queue: { ...FLOOR, what: 'a row for the queue after the commit, gathered with others, not waited for', queue: true },
  'alarm-queue': { ...FLOOR, what: 'both', alarm: true, queue: true },
  tenant: { ...FLOOR, what: 'a call to the object of the tenant, not waited for', tenant: true },
  kv: { ...FLOOR, what: 'kv.put in place of a table', store: 'kv' },
  large: { ...FLOOR, what: 'a row of 10 KB', large: true },
  each: { ...FLOOR, what: 'a row before each call and one at last, output gate on', rows: 'each' },
  'each-alarm': { ...FLOOR, what: 'the same with the alarm', rows: 'each', alarm: true },
  'each-sync': { ...FLOOR, what: 'a row before each call, each waited for with storage.sync()', rows: 'each', sync: true },
  'each-unconfirmed': { ...FLOOR, what: 'the same rows with allowUnconfirmed: calls do not wait for the disk', rows: 'each', store: 'unconfirmed' },
  'each-alarm-queue': { ...FLOOR, what: 'the same with alarm and queue', rows: 'each', alarm: true, queue: true },
  all: { ...FLOOR, what: 'a row before each call, alarm, queue, tenant', rows: 'each', alarm: true, queue: true, tenant: true },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof VARIANTS;
