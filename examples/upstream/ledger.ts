/**
 * The ledger: every effect that a service has had, once, and how often it was asked for.
 *
 * Invariants
 * 1. Under one key (`Idempotency-Key`) a service's action takes effect once; every later call gets the first answer.
 * 2. A call that a switch makes fail or refuse has no effect and leaves no entry.
 */
import { DurableObject } from 'cloudflare:workers';

/** `twice`: the effect happens but its answer is lost (504), so the caller has to ask a second time. */
export type SwitchMode = 'ok' | 'fail' | 'slow' | 'twice' | 'refuse';

export interface Switch {
  service: string;
  /** Every action of the service when absent. */
  action?: string;
  mode: SwitchMode;
  /** Status of the answer; default 503 for fail, 422 for refuse, 504 for twice. */
  status?: number;
  /** How long a slow answer takes; default 5000. */
  delay_ms?: number;
  /** How many calls it holds for; default: until it is deleted. */
  times?: number;
}

export interface Effect {
  service: string;
  action: string;
  key: string | null;
  /** ISO 8601, when it took effect. */
  at: string;
  /** How often it was asked for. */
  calls: number;
  answer: unknown;
}

/** One call, in the order of arrival. */
export interface Call {
  service: string;
  action: string;
  key: string | null;
  at: string;
  status: number;
}

const KEPT_CALLS = 10_000;

export class LedgerObject extends DurableObject {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS effects (
        id INTEGER PRIMARY KEY, service TEXT NOT NULL, action TEXT NOT NULL, key TEXT, at INTEGER NOT NULL,
        calls INTEGER NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL
      );
      CREATE UNIQUE INDEX IF NOT EXISTS effects_key ON effects (service, action, key) WHERE key IS NOT NULL;
      CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, service TEXT NOT NULL, action TEXT NOT NULL, key TEXT, at INTEGER NOT NULL, status INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS switches (
        service TEXT NOT NULL, action TEXT NOT NULL, mode TEXT NOT NULL, status INTEGER, delay_ms INTEGER, times INTEGER, PRIMARY KEY (service, action)
      );
    `);
  }

  /** Enters a call. `answer` (JSON text) counts only when the effect is new. The caller waits `delay_ms` before it answers. */
  enter(call: { service: string; action: string; key: string | null; status: number; answer: string }): { status: number; answer: string; delay_ms: number } {
    const now = Date.now();
    const { mode, status: ordered, delay_ms } = this.#takeSwitch(call.service, call.action);
    const outcome =
      mode === 'fail'
        ? { status: ordered ?? 503, answer: refusal('unavailable', `${call.service} is switched to fail`) }
        : mode === 'refuse'
          ? { status: ordered ?? 422, answer: refusal('refused', `${call.service} is switched to refuse`) }
          : this.#effect(call, now);
    const lost = mode === 'twice' && {
      status: ordered ?? 504,
      answer: refusal('answer_lost', `${call.service} took effect, but its answer is lost`),
    };
    const given = lost || outcome;
    this.#sql.exec('INSERT INTO calls (service, action, key, at, status) VALUES (?, ?, ?, ?, ?)', call.service, call.action, call.key, now, given.status);
    this.#sql.exec('DELETE FROM calls WHERE id <= (SELECT max(id) FROM calls) - ?', KEPT_CALLS);
    return { ...given, delay_ms: mode === 'slow' ? (delay_ms ?? 5_000) : 0 };
  }

  effects(service?: string, key?: string): Effect[] {
    return this.#sql
      .exec(
        'SELECT service, action, key, at, calls, answer FROM effects WHERE (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR key = ?2) ORDER BY id',
        service ?? null,
        key ?? null,
      )
      .toArray()
      .map((row) => ({ ...row, at: new Date(row.at as number).toISOString(), answer: JSON.parse(row.answer as string) }) as Effect);
  }

  calls(service?: string, key?: string): Call[] {
    return this.#sql
      .exec(
        'SELECT service, action, key, at, status FROM calls WHERE (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR key = ?2) ORDER BY id',
        service ?? null,
        key ?? null,
      )
      .toArray()
      .map((row) => ({ ...row, at: new Date(row.at as number).toISOString() }) as Call);
  }

  setSwitch(order: Switch): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO switches (service, action, mode, status, delay_ms, times) VALUES (?, ?, ?, ?, ?, ?)',
      order.service,
      order.action ?? '*',
      order.mode,
      order.status ?? null,
      order.delay_ms ?? null,
      order.times ?? null,
    );
  }

  switches(): Switch[] {
    return this.#sql
      .exec('SELECT service, action, mode, status, delay_ms, times FROM switches ORDER BY service, action')
      .toArray()
      .map(
        (row) => Object.fromEntries(Object.entries(row).filter(([key, value]) => value !== null && !(key === 'action' && value === '*'))) as unknown as Switch,
      );
  }

  clearSwitches(): void {
    this.#sql.exec('DELETE FROM switches');
  }

  clear(): void {
    this.#sql.exec('DELETE FROM effects');
    this.#sql.exec('DELETE FROM calls');
  }

  /** The switch that holds for this call, one of its `times` used up. That of the action comes before that of the service. */
  #takeSwitch(service: string, action: string): { mode: SwitchMode; status?: number; delay_ms?: number } {
    const row = this.#sql
      .exec<{ action: string; mode: string; status: number | null; delay_ms: number | null; times: number | null }>(
        "SELECT action, mode, status, delay_ms, times FROM switches WHERE service = ? AND action IN (?, '*') ORDER BY action = '*' LIMIT 1",
        service,
        action,
      )
      .toArray()[0];
    if (!row) return { mode: 'ok' };
    if (row.times !== null && row.times <= 1) this.#sql.exec('DELETE FROM switches WHERE service = ? AND action = ?', service, row.action);
    else if (row.times !== null) this.#sql.exec('UPDATE switches SET times = times - 1 WHERE service = ? AND action = ?', service, row.action);
    return { mode: row.mode as SwitchMode, status: row.status ?? undefined, delay_ms: row.delay_ms ?? undefined };
  }

  #effect(call: { service: string; action: string; key: string | null; status: number; answer: string }, now: number): { status: number; answer: string } {
    if (call.key !== null) {
      const known = this.#sql
        .exec<{ status: number; answer: string }>(
          'UPDATE effects SET calls = calls + 1 WHERE service = ? AND action = ? AND key = ? RETURNING status, answer',
          call.service,
          call.action,
          call.key,
        )
        .toArray()[0];
      if (known) return { status: known.status, answer: known.answer };
    }
    this.#sql.exec(
      'INSERT INTO effects (service, action, key, at, calls, status, answer) VALUES (?, ?, ?, ?, 1, ?, ?)',
      call.service,
      call.action,
      call.key,
      now,
      call.status,
      call.answer,
    );
    return { status: call.status, answer: call.answer };
  }
}

function refusal(error: string, message: string): string {
  return JSON.stringify({ error, message });
}
