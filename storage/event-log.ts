/**
 * The packed event log: all events of a turn are one row, `log(seq, events)`.
 *
 * Invariants
 * 1. Append only. `seq` is the first event's number, and its row's place: an append that does not continue
 *    the log exactly (expected version) is refused, by check and by primary key.
 * 2. A row is JSON text `{"v":format,"t":epoch ms,"e":[[code, ms since t, data], …]}`, searchable on disk. Where an
 *    event is about the same step as the one before it in the row, `step_name` is left out.
 * 3. A row stays below LIMITS.logRow; a larger turn becomes several rows of one transaction.
 */
import { EVENT_CODES, type EventType, type LogEvent } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import { LOG_FORMAT, upcast } from '#engine/upcast';

/** Rows that are read by one statement; each has at most LIMITS.logRow characters. */
const ROWS_AT_ONCE = 16;

const TYPES = new Map<number, EventType>(Object.entries(EVENT_CODES).map(([type, code]) => [code, type as EventType]));

/** The part of SQLite that the log needs: a Durable Object's `sql`, or a twin of it. */
export interface Sql {
  exec(query: string, ...bindings: (string | number | null)[]): Iterable<Record<string, unknown>>;
}

/** Rows for `events`, which must be contiguous. */
export function packEvents(events: LogEvent[]): { seq: number; text: string }[] {
  const rows: { seq: number; text: string }[] = [];
  let text = '';
  let size = 0;
  let first: LogEvent | undefined;
  let step: string | undefined;
  const flush = () => {
    if (first) rows.push({ seq: first.seq, text: `${text}]}` });
    size = 0;
    first = undefined;
    step = undefined;
  };
  for (const event of events) {
    let data = dataText(event, step);
    if (first && size + data.length > LIMITS.logRow / 2) {
      flush();
      data = dataText(event, step);
    }
    // Put together piece by piece: the runtime writes it out as one text only once, when the row is stored.
    text = first ? `${text},` : `{"v":${LOG_FORMAT},"t":${event.at},"e":[`;
    first ??= event;
    if (ABOUT_A_STEP.has(event.type)) step = stepOf(event);
    text += `[${EVENT_CODES[event.type]},${event.at - first.at},${data}]`;
    size += data.length + 24;
  }
  flush();
  return rows;
}

/** `step`: the one that the row spoke of last. */
function dataText(event: LogEvent, step: string | undefined): string {
  const text = JSON.stringify(event.data);
  if (step === undefined || !ABOUT_A_STEP.has(event.type) || stepOf(event) !== step) return text;
  const name = `{"step_name":${JSON.stringify(step)}`;
  if (!text.startsWith(name)) return JSON.stringify({ ...event.data, step_name: undefined });
  // Nearly always it stands first: cutting it off costs less than a copy without it.
  return `{${text.slice(name.length + (text[name.length] === ',' ? 1 : 0))}`;
}

/** Types whose data always names a step. */
const ABOUT_A_STEP: ReadonlySet<EventType> = new Set([
  'step.started',
  'step.input_recorded',
  'step.output_recorded',
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.compensated',
  'conditional.routed',
  'retry.attempted',
  'compensation.started',
  'compensation.failed',
  'timer.scheduled',
  'step.mocked',
  'circuit.refused',
  'wait.started',
  'block.opened',
  'strand.started',
  'strand.ended',
  'block.stopping',
]);

function stepOf(event: LogEvent): string | undefined {
  return (event.data as { step_name?: string }).step_name;
}

export function unpackRow(seq: number, text: string): LogEvent[] {
  const row = JSON.parse(text) as { v: number; t: number; e: [number, number, { step_name?: string }][] };
  let step: string | undefined;
  return row.e.map(([code, delta, stored], index) => {
    const type = TYPES.get(code);
    if (!type) throw new Error(`event code ${code} is not known to this version`);
    let data = stored;
    if (ABOUT_A_STEP.has(type)) {
      if (data.step_name === undefined) data = { step_name: step, ...data };
      step = data.step_name;
    }
    return upcast({ seq: seq + index, at: row.t + delta, type, data } as LogEvent, row.v);
  });
}

export class VersionConflict extends Error {
  constructor(expected: number, actual: number) {
    super(`the log stands at ${actual}, not at ${expected}`);
    this.name = 'VersionConflict';
  }
}

/** A log as it is read: the object's own, or what an archive holds of it. */
export interface ReadableLog {
  /** Sequence number of the last event. */
  readonly version: number;
  /** Events from `from` on, at most `limit`. */
  page(from: number, limit: number): LogEvent[];
}

export class EventLog implements ReadableLog {
  /** Sequence number of the last event. */
  private head = 0;
  private size = 0;
  private count = 0;
  private hasTable: boolean;

  constructor(private readonly sql: Sql) {
    // Asking the schema creates nothing: an object that is only looked at stays empty.
    this.hasTable = [...sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log'")].length > 0;
  }

  get version(): number {
    return this.head;
  }

  /** Length of the rows' text. */
  get bytes(): number {
    return this.size;
  }

  get rows(): number {
    return this.count;
  }

  /** Finds the head, the size and the number of rows. */
  load(): void {
    this.head = 0;
    this.size = 0;
    this.count = 0;
    if (!this.hasTable) return;
    for (const row of this.sql.exec('SELECT seq, length(events) AS size FROM log ORDER BY seq')) {
      this.head = row.seq as number;
      this.size += row.size as number;
      this.count++;
    }
    this.head = this.page(this.head, Number.MAX_SAFE_INTEGER).at(-1)?.seq ?? 0;
  }

  /** Events from `from` on, at most `limit`, and hardly more rows than these need. */
  page(from: number, limit: number): LogEvent[] {
    const events: LogEvent[] = [];
    for (let row = this.rowOf(from); row !== undefined && events.length < limit; ) {
      // Each is read to its end: a statement that is left half read holds the table.
      const rows = [...this.sql.exec('SELECT seq, events FROM log WHERE seq >= ? ORDER BY seq LIMIT ?', row, Math.min(limit - events.length, ROWS_AT_ONCE))];
      for (const { seq, events: text } of rows) events.push(...unpackRow(seq as number, text as string).filter((event) => event.seq >= from));
      row = rows.length === 0 ? undefined : (rows.at(-1)!.seq as number) + 1;
    }
    return events.length > limit ? events.slice(0, limit) : events;
  }

  /** Number of the row that an event is in, or comes behind. */
  private rowOf(seq: number): number | undefined {
    if (!this.hasTable) return undefined;
    const [row] = [...this.sql.exec('SELECT coalesce(max(seq), 0) AS seq FROM log WHERE seq <= ?', seq)];
    return row!.seq as number;
  }

  /** Must be called inside the object's turn, so that it commits with the turn's other writes. */
  append(events: LogEvent[], expected: number): void {
    if (expected !== this.head || events[0]?.seq !== expected + 1) throw new VersionConflict(expected, this.head);
    if (!this.hasTable) {
      this.sql.exec('CREATE TABLE log (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)');
      this.hasTable = true;
    }
    for (const row of packEvents(events)) {
      this.sql.exec('INSERT INTO log (seq, events) VALUES (?, ?)', row.seq, row.text);
      this.size += row.text.length;
      this.count++;
    }
    this.head = events.at(-1)!.seq;
  }
}
