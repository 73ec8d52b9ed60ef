/**
 * Events that share a key, delivered one after the other. Object name: `{tenant}/{environment}/{key}`.
 *
 * 1. An event is on disk before its publisher hears that it is.
 * 2. The next event is delivered once the one before it has been, or is kept as a dead letter. Whoever delivers says so by
 *    not failing any more; until then the lane goes on trying.
 * 3. Delivering twice is harmless: who receives an event knows its id.
 */
import { DurableObject } from 'cloudflare:workers';
import type { EventLaneRpc, EventMessage } from '#contracts/bus-rpc';
import { Problem } from '#contracts/problems';
import { later } from '#objects/later';

export interface LanePorts {
  /** `tries`: this one included. */
  deliver(message: EventMessage, tries: number): Promise<void>;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;
const MOVING_DELAY_MS = 2000;
/** Delivered in one turn of the alarm; the rest in the next. */
const PER_TURN = 100;

export abstract class EventLaneObjectBase<Env = unknown> extends DurableObject<Env> implements EventLaneRpc {
  protected abstract readonly ports: LanePorts;
  #ready = false;

  async append(message: EventMessage): Promise<void> {
    this.#prepare();
    this.ctx.storage.sql.exec('INSERT OR IGNORE INTO lane (id, message, tries) VALUES (?, ?, 0)', message.id, JSON.stringify(message));
    // A lane that waits to try again keeps its time.
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(later(Date.now()));
  }

  override async alarm(): Promise<void> {
    this.#prepare();
    for (let count = 0; count < PER_TURN; count++) {
      const [next] = this.ctx.storage.sql
        .exec<{ seq: number; message: string; tries: number }>('SELECT seq, message, tries FROM lane ORDER BY seq LIMIT 1')
        .toArray();
      if (!next) {
        this.#ready = false;
        await this.ctx.storage.deleteAll();
        return;
      }
      if (!(await this.#deliver(next))) return;
    }
    await this.ctx.storage.setAlarm(later(Date.now()));
  }

  async #deliver({ seq, message, tries }: { seq: number; message: string; tries: number }): Promise<boolean> {
    const { sql } = this.ctx.storage;
    const event = JSON.parse(message) as EventMessage;
    try {
      await this.ports.deliver(event, tries + 1);
    } catch (error) {
      console.error(JSON.stringify({ level: 'error', message: `event delivery: ${String(error)}`, tenant: event.tenant, event: event.id, topic: event.type }));
      // A tenant on its way to another region is no fault of the event.
      if (error instanceof Problem && error.code === 'tenant_moving') {
        await this.ctx.storage.setAlarm(Date.now() + MOVING_DELAY_MS);
        return false;
      }
      sql.exec('UPDATE lane SET tries = ? WHERE seq = ?', tries + 1, seq);
      await this.ctx.storage.setAlarm(Date.now() + Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tries, 10)));
      return false;
    }
    sql.exec('DELETE FROM lane WHERE seq = ?', seq);
    return true;
  }

  #prepare(): void {
    if (this.#ready) return;
    this.ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS lane (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, message TEXT NOT NULL, tries INTEGER NOT NULL)',
    );
    this.#ready = true;
  }
}
