/**
 * An actor's mailbox: messages in the order in which they came, one handler at a time, and the state between them.
 *
 * Invariants
 * 1. A message is on disk before anybody is told so, and stands there once under its key.
 * 2. A handler sees the state that the one before it left; its result and the new state are written in one turn.
 * 3. A handler is an execution with a key: after a crash the same one is asked again, and no handler runs twice.
 * 4. While messages wait, an alarm is set.
 */
import type { ActorAddress, ActorAnswer, ActorOrder, ActorRpc } from '#contracts/actor';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { ProblemCode } from '#contracts/problems';
import type { LedgerValues } from '#objects/state-machine/ledger';
import type { Sql } from '#storage/event-log';

/** What a handler is asked to do. */
export interface HandlerOrder {
  address: ActorAddress;
  order: Omit<ActorOrder, 'wait_ms'>;
  state: JsonObject;
  seq: number;
  /** From 0; each is an execution of its own. */
  attempt: number;
}

export type HandlerResult =
  | { kind: 'replied'; reply: JsonObject; execution_id: string }
  | { kind: 'failed'; code: ProblemCode; message: string; execution_id: string; again: boolean }
  | { kind: 'running' };

export interface MailboxPorts {
  /** Starts the handler, or finds it, and waits for a while. */
  handle(order: HandlerOrder): Promise<HandlerResult>;
  now(): number;
  /** Has `wake` called at the instant at the latest, even after a crash. */
  wakeAt(instant: number): void;
  within<T>(work: Promise<T>, ms: number): Promise<T | undefined>;
}

/** Replies are kept so long for those who ask again under the same key. */
const KEPT_MS = 24 * 3_600_000;
/** Messages that wait; an actor that gets more than it can take says so. */
const MOST_WAITING = 10_000;
const MOST_STATE_BYTES = 128 * 1024;

interface Waiting {
  address: ActorAddress;
  order: Omit<ActorOrder, 'wait_ms'>;
  attempt: number;
}

export class Mailbox implements ActorRpc {
  #running: Promise<void> | undefined;
  #made = false;

  constructor(
    private readonly sql: Sql,
    private readonly values: LedgerValues,
    private readonly ports: MailboxPorts,
  ) {}

  async tell(address: ActorAddress, { wait_ms, ...order }: ActorOrder): Promise<ActorAnswer> {
    this.#make();
    const known = this.#first('SELECT seq FROM messages WHERE key = ?', order.key);
    const seq = known ? Number(known.seq) : this.#put({ address, order, attempt: 0 });
    if (seq === undefined) return { kind: 'failed', seq: 0, code: 'rate_limited', message: `${MOST_WAITING} messages wait for this actor.`, execution_id: '' };
    const work = this.#work();
    const deadline = this.ports.now() + wait_ms;
    for (;;) {
      const answer = this.#answer(seq);
      const left = deadline - this.ports.now();
      if (answer || left <= 0) return answer ?? { kind: 'taken', seq };
      if (
        (await this.ports.within(
          Promise.race([work, this.#next()]).then(() => true),
          left,
        )) === undefined
      )
        return this.#answer(seq) ?? { kind: 'taken', seq };
    }
  }

  /** The alarm. */
  async wake(): Promise<void> {
    this.#make();
    await this.#work();
    this.sql.exec('DELETE FROM messages WHERE done IS NOT NULL AND at < ?', this.ports.now() - KEPT_MS);
    const [rest] = [...this.sql.exec('SELECT min(at) AS at FROM messages')];
    if (rest?.at !== null && rest?.at !== undefined) this.ports.wakeAt(Number(rest.at) + KEPT_MS);
  }

  #waiters: (() => void)[] = [];

  /** Resolves when the next handler has ended. */
  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #put(waiting: Waiting): number | undefined {
    const [{ n }] = [...this.sql.exec('SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE done IS NULL LIMIT ?)', MOST_WAITING)] as [{ n: number }];
    if (n >= MOST_WAITING) return undefined;
    const [row] = [
      ...this.sql.exec('INSERT INTO messages (key, at, message) VALUES (?, ?, ?) RETURNING seq', waiting.order.key, this.ports.now(), JSON.stringify(waiting)),
    ];
    this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
    return Number(row!.seq);
  }

  #work(): Promise<void> {
    this.#running ??= this.#takeAll().finally(() => {
      this.#running = undefined;
    });
    // Whoever waits hears of it; when nobody does, the alarm comes back to it.
    this.#running.catch(() => this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs));
    return this.#running;
  }

  async #takeAll(): Promise<void> {
    for (;;) {
      const row = this.#first('SELECT seq, message FROM messages WHERE done IS NULL ORDER BY seq LIMIT 1');
      if (!row) return;
      const seq = Number(row.seq);
      const waiting = JSON.parse(String(row.message)) as Waiting;
      const { address, order, attempt } = waiting;
      const state = (this.values.get('state') as JsonObject | undefined) ?? {};
      const result = await this.ports.handle({ address, order, state, seq, attempt });
      if (result.kind === 'running') continue;
      if (result.kind === 'failed' && result.again) {
        this.sql.exec('UPDATE messages SET message = ? WHERE seq = ?', JSON.stringify({ ...waiting, attempt: attempt + 1 }), seq);
        continue;
      }
      this.#settle(seq, state, result);
    }
  }

  #settle(seq: number, state: JsonObject, result: Exclude<HandlerResult, { kind: 'running' }>): void {
    let done: ActorAnswer;
    if (result.kind === 'failed') {
      const { code, message, execution_id } = result;
      done = { kind: 'failed', seq, code, message, execution_id };
    } else {
      const next = { ...state, ...result.reply };
      const fits = new TextEncoder().encode(JSON.stringify(next)).byteLength <= MOST_STATE_BYTES;
      if (fits) this.values.put('state', next);
      const { reply, execution_id } = result;
      done = fits
        ? { kind: 'replied', seq, reply, execution_id }
        : {
            kind: 'failed',
            seq,
            code: 'data_too_large',
            message: `The state of an actor may take ${MOST_STATE_BYTES} bytes; it stays as it was.`,
            execution_id,
          };
    }
    this.sql.exec('UPDATE messages SET done = ? WHERE seq = ?', JSON.stringify(done), seq);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #answer(seq: number): ActorAnswer | undefined {
    const row = this.#first('SELECT done FROM messages WHERE seq = ?', seq);
    return typeof row?.done === 'string' ? (JSON.parse(row.done) as ActorAnswer) : undefined;
  }

  #first(query: string, ...bindings: (string | number)[]): Record<string, unknown> | undefined {
    const [row] = [...this.sql.exec(query, ...bindings)];
    return row;
  }

  #make(): void {
    if (this.#made) return;
    this.sql.exec('CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL, done TEXT)');
    this.sql.exec('CREATE UNIQUE INDEX IF NOT EXISTS messages_key ON messages (key)');
    this.sql.exec('CREATE INDEX IF NOT EXISTS messages_waiting ON messages (seq) WHERE done IS NULL');
    this.#made = true;
  }
}
