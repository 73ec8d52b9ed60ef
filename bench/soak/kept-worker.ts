/**
 * What the local runtime keeps of an execution that is over: the alarm that calls its object when its time to be archived has
 * come. Each request makes one object, which writes a row, sets an alarm far ahead, and leaves memory at once.
 */
import { DurableObject } from 'cloudflare:workers';

interface Env {
  CELL: DurableObjectNamespace<Cell>;
}

const MONTH_MS = 30 * 86_400_000;
/** After the answer. */
const LEAVES_AFTER_MS = 20;

export class Cell extends DurableObject<Env> {
  async run(body: string): Promise<void> {
    const { sql } = this.ctx.storage;
    sql.exec('CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)');
    sql.exec('INSERT INTO log (seq, events) VALUES (1, ?)', body);
    void this.ctx.storage.setAlarm(Date.now() + MONTH_MS);
    await this.ctx.storage.sync();
    setTimeout(() => this.ctx.abort('It has said what it had to say.'), LEAVES_AFTER_MS);
  }

  override async alarm(): Promise<void> {}
}

export default {
  async fetch(request, env) {
    await env.CELL.get(env.CELL.newUniqueId()).run(await request.text());
    return new Response('ok');
  },
} satisfies ExportedHandler<Env>;
