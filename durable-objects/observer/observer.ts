/**
 * What becomes of the executions of an application once they have ended: lines in its log, spans for its collector.
 *
 * Invariants
 * 1. An execution that was noted stands on disk until both are done; while any does, an alarm is set.
 * 2. Its lines come into the log once, its spans reach the collector at least once: they are sent again until it has taken them.
 * 3. What a collector has not taken within a day is given up, and counted; a collector that is away holds up no log.
 */
import type { LogEvent } from '#contracts/events';
import { isAtLeast } from '#contracts/log-level';
import type { LogLine } from '#contracts/log-line';
import type {
  AppLogLine,
  AppLogPage,
  AppLogQuery,
  AskingApplication,
  LogPolicy,
  Observation,
  ObservedApplication,
  ObserverRpc,
  ObserverStatus,
  TracePolicy,
} from '#contracts/observation';
import { isOwnLine, lineContext, logLines } from '#engine/log-lines';
import { isSampled, type Span, spansOf } from '#engine/spans';
import { AppLog } from '#objects/observer/app-log';
import type { Sql } from '#storage/event-log';

export type SentSpans = { ok: true } | { ok: false; again: boolean; message: string; retry_after_ms?: number };

export interface ObserverPorts {
  /** What the version of the application asks for. */
  observation(tenant: string, definition: string): Promise<Observation | undefined>;
  /** The whole log of an execution; `null`: there is none any more. */
  events(tenant: string, execution: string): Promise<LogEvent[] | null>;
  send(application: AskingApplication, policy: TracePolicy, spans: Span[]): Promise<SentSpans>;
  now(): number;
  /** Has `wake` called at the instant at the latest, even after a crash. */
  wakeAt(instant: number): void;
  /** Bytes of the object's database. */
  bytes(): number;
}

/** Small values beside the tables. */
export interface ObserverValues {
  get(name: string): unknown;
  put(name: string, value: unknown): void;
}

interface Standing {
  /** Tries that have failed, one after the other. */
  tries: number;
  /** No spans are sent before; epoch ms. */
  not_before: number;
  spans_sent: number;
  given_up: number;
  error?: { at: string; message: string };
}

const WAITING =
  'CREATE TABLE IF NOT EXISTS waiting (noted_at INTEGER NOT NULL, execution_id TEXT NOT NULL, definition TEXT NOT NULL, logged INTEGER NOT NULL, PRIMARY KEY (logged, noted_at, execution_id)) WITHOUT ROWID';
const AT_ONCE = 25;
/** What ends within a moment of each other goes together. */
const GATHER_MS = 500;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 10 * 60_000;
const GIVE_UP_MS = 24 * 3_600_000;
const USUAL_KEEP_MS = 7 * 24 * 3_600_000;

interface Noted {
  noted_at: number;
  execution_id: string;
  definition: string;
  logged: boolean;
}

export class Observer implements ObserverRpc {
  readonly #log: AppLog;

  constructor(
    private readonly sql: Sql,
    private readonly values: ObserverValues,
    private readonly ports: ObserverPorts,
  ) {
    this.#log = new AppLog(sql, ports.bytes);
  }

  async note(application: ObservedApplication, definition: string, executions: string[]): Promise<void> {
    const now = this.ports.now();
    this.#remember(application);
    for (const id of executions)
      this.sql.exec('INSERT OR IGNORE INTO waiting (noted_at, execution_id, definition, logged) VALUES (?, ?, ?, 0)', now, id, definition);
    this.ports.wakeAt(now + GATHER_MS);
  }

  async write(application: ObservedApplication, lines: AppLogLine[], keepMs: number): Promise<void> {
    this.#remember(application);
    this.values.put('keep_ms', keepMs);
    const now = this.ports.now();
    this.#log.append(crypto.randomUUID(), now, undefined, lines);
    this.ports.wakeAt(now + keepMs);
  }

  async read(query: AppLogQuery): Promise<AppLogPage> {
    // An object that was never written to is not made by looking into it.
    return this.#application ? this.#log.read(query) : { items: [], next: null };
  }

  async forget(before: number): Promise<number> {
    return this.#application ? this.#log.forget(before) : 0;
  }

  async status(): Promise<ObserverStatus> {
    const { spans_sent, given_up, error } = this.#standing;
    const [row] = this.#application ? this.sql.exec('SELECT count(*) AS n FROM waiting') : [];
    return { waiting: Number(row?.n ?? 0), spans_sent, given_up, ...(error ? { error } : {}) };
  }

  /** A batch of what waits; then the alarm is set for what is left. */
  async wake(): Promise<void> {
    const application = this.#application;
    if (!application) return;
    this.#giveUp();
    try {
      await this.#observe(application, this.#next());
    } catch (error) {
      this.ports.wakeAt(this.ports.now() + FIRST_WAIT_MS);
      console.error(JSON.stringify({ level: 'error', code: 'observation_failed', message: String(error), ...application }));
      return;
    }
    const left = this.#next();
    const oldest = this.#log.prune(this.ports.now(), (this.values.get('keep_ms') as number | undefined) ?? USUAL_KEEP_MS);
    if (left.some(({ logged }) => !logged)) this.ports.wakeAt(this.ports.now());
    else if (left.length > 0) this.ports.wakeAt(Math.max(this.ports.now(), this.#standing.not_before));
    else if (oldest !== undefined) this.ports.wakeAt(oldest);
  }

  /** Those whose lines are not in the log go first; the others wait for the collector. */
  #next(): Noted[] {
    const rows = [...this.sql.exec('SELECT noted_at, execution_id, definition, logged FROM waiting ORDER BY logged, noted_at, execution_id LIMIT ?', AT_ONCE)];
    return rows.map((row) => ({
      noted_at: Number(row.noted_at),
      execution_id: String(row.execution_id),
      definition: String(row.definition),
      logged: row.logged === 1,
    }));
  }

  async #observe(application: ObservedApplication, noted: Noted[]): Promise<void> {
    const maySend = this.ports.now() >= this.#standing.not_before;
    /** By the policy as text: nearly always one. */
    const batches = new Map<string, { policy: TracePolicy; spans: Span[]; noted: Noted[] }>();
    for (const one of noted) {
      const observation = await this.ports.observation(application.tenant, one.definition);
      const due = observation && (!one.logged || (maySend && observation.traces !== undefined));
      const events = due ? await this.ports.events(application.tenant, one.execution_id) : null;
      if (!observation || (due && !events)) {
        this.#done(one);
        continue;
      }
      if (events && observation.log && !one.logged) this.#collect(observation.log, one.execution_id, events);
      const { traces } = observation;
      const spans = events && traces ? spansOf(events) : [];
      if (!traces || (events && (spans.length === 0 || !isSampled(spans[0]!.trace_id, traces.sample)))) this.#done(one);
      else if (!maySend) this.#logged(one);
      else {
        const key = JSON.stringify([one.definition, traces]);
        const batch = batches.get(key) ?? { policy: traces, spans: [], noted: [] };
        batch.spans.push(...spans);
        batch.noted.push(one);
        batches.set(key, batch);
      }
    }
    for (const batch of batches.values()) await this.#send(application, batch);
  }

  #collect(policy: LogPolicy, execution_id: string, events: LogEvent[]): void {
    const start = events[0];
    if (start?.type !== 'execution.started') return;
    const context = { ...lineContext(start.data), execution_id };
    const lines = events.flatMap((event) =>
      logLines([event], context)
        .filter(({ level }) => isWanted(policy, event, level))
        .map(lineOf),
    );
    this.#log.append(execution_id, events.at(-1)!.at, start.data.pipeline, lines);
    this.values.put('keep_ms', policy.keep_ms);
  }

  async #send(application: ObservedApplication, { policy, spans, noted }: { policy: TracePolicy; spans: Span[]; noted: Noted[] }): Promise<void> {
    const sent = await this.ports.send({ ...application, definition: noted[0]!.definition }, policy, spans);
    const standing = this.#standing;
    if (sent.ok) {
      for (const one of noted) this.#done(one);
      this.values.put('standing', { ...standing, tries: 0, not_before: 0, spans_sent: standing.spans_sent + spans.length });
      return;
    }
    const now = this.ports.now();
    const error = { at: new Date(now).toISOString(), message: sent.message };
    if (!sent.again) {
      for (const one of noted) this.#done(one);
      this.values.put('standing', { ...standing, given_up: standing.given_up + noted.length, error });
      return;
    }
    for (const one of noted) this.#logged(one);
    const tries = standing.tries + 1;
    const wait = Math.min(Math.max(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 20), sent.retry_after_ms ?? 0), LONGEST_WAIT_MS);
    this.values.put('standing', { ...standing, tries, not_before: now + wait, error });
  }

  #giveUp(): void {
    const before = this.ports.now() - GIVE_UP_MS;
    const gone = [...this.sql.exec('DELETE FROM waiting WHERE logged IN (0, 1) AND noted_at < ? RETURNING execution_id', before)].length;
    if (gone > 0) this.values.put('standing', { ...this.#standing, given_up: this.#standing.given_up + gone });
  }

  #done({ noted_at, execution_id, logged }: Noted): void {
    this.sql.exec('DELETE FROM waiting WHERE logged = ? AND noted_at = ? AND execution_id = ?', logged ? 1 : 0, noted_at, execution_id);
  }

  #logged({ noted_at, execution_id, logged }: Noted): void {
    if (!logged) this.sql.exec('UPDATE waiting SET logged = 1 WHERE logged = 0 AND noted_at = ? AND execution_id = ?', noted_at, execution_id);
  }

  get #standing(): Standing {
    return (this.values.get('standing') as Standing | undefined) ?? { tries: 0, not_before: 0, spans_sent: 0, given_up: 0 };
  }

  get #application(): ObservedApplication | undefined {
    return this.values.get('application') as ObservedApplication | undefined;
  }

  #remember(application: ObservedApplication): void {
    if (this.#application) return;
    this.sql.exec(WAITING);
    this.#log.make();
    this.values.put('application', application);
  }
}

function isWanted({ lines, events }: LogPolicy, event: LogEvent, level: string): boolean {
  if (isOwnLine(event)) return isAtLeast(level, lines);
  const isTrouble = isAtLeast(level, 'warn') && isAtLeast(level, lines);
  return isTrouble || isAtLeast(level, events);
}

function lineOf({
  timestamp,
  level,
  message,
  execution_id,
  pipeline,
  step,
  workflow: _,
  environment: __,
  tenant: ___,
  trace_id: ____,
  sequence_num: _____,
  fields,
  ...rest
}: LogLine): AppLogLine {
  const more = { ...rest, ...((fields as Record<string, unknown> | undefined) ?? {}) };
  return {
    at: timestamp,
    level,
    message,
    execution_id,
    pipeline,
    ...(step === undefined ? {} : { step }),
    ...(Object.keys(more).length > 0 ? { fields: more } : {}),
  };
}
