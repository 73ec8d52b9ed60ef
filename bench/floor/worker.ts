/**
 * The floor: the least that an execution of its own can cost on this runtime. Each request creates one SQLite object,
 * which makes its table, writes one row, and makes the workload's calls. No steps, no log, no recovery.
 */
import { DurableObject } from 'cloudflare:workers';
import { call, WORKLOADS, type WorkloadName } from '../calls.ts';

interface Env {
  CELL: DurableObjectNamespace<Cell>;
  COUNTERPART: string;
}

export class Cell extends DurableObject<Env> {
  async run(name: WorkloadName, body: unknown): Promise<{ answers: number }> {
    const { sql } = this.ctx.storage;
    sql.exec('CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)');
    sql.exec('INSERT INTO log (seq, events) VALUES (1, ?)', JSON.stringify(body));
    const { calls, compensations } = WORKLOADS.find((workload) => workload.name === name)!;
    let answers = 0;
    try {
      for (const { path } of calls) {
        await call(this.env.COUNTERPART, path, body);
        answers++;
      }
    } catch {
      for (const { path } of compensations) {
        await call(this.env.COUNTERPART, path, body);
        answers++;
      }
    }
    return { answers };
  }
}

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1) as WorkloadName;
    const cell = env.CELL.get(env.CELL.newUniqueId());
    return Response.json(await cell.run(name, await request.json()));
  },
} satisfies ExportedHandler<Env>;
