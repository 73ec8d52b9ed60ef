/**
 * What single habits of an execution object cost, each alone on top of the floor. `/<workload>/<variant>`; which
 * variants there are, and what each stands for, is in `variants.ts`.
 */
import { DurableObject } from 'cloudflare:workers';
import { Outbox } from '../../workers/outbox.ts';
import { call, WORKLOADS, type WorkloadName } from '../calls.ts';
import { VARIANTS, type Variant, type VariantName } from './variants.ts';

interface Env {
  CELL: DurableObjectNamespace<Cell>;
  TENANT: DurableObjectNamespace<Tenant>;
  QUEUE: Queue;
  COUNTERPART: string;
}

const LEASE_MS = 60_000;
const LARGE = 'x'.repeat(10_000);

/** As the product does it: what is ready within a moment of each other goes together. */
const outbox = new Outbox<string>((rows) => ({ rows }) as never);

/** One object for all executions of a tenant. Keeps nothing. */
export class Tenant extends DurableObject<Env> {
  #told = 0;

  tell(message: string): number {
    this.#told += message.length;
    return this.#told;
  }
}

export class Cell extends DurableObject<Env> {
  #rows = 0;

  async run(name: WorkloadName, variantName: VariantName, body: unknown): Promise<{ answers: number }> {
    const variant: Variant = VARIANTS[variantName];
    const text = variant.large ? LARGE : JSON.stringify(body);
    const { calls, compensations } = WORKLOADS.find((workload) => workload.name === name)!;
    const each = variant.rows === 'each';
    if (variant.rows === 'first') this.#write(variant, text);
    if (variant.alarm) void this.ctx.storage.setAlarm(Date.now() + LEASE_MS);
    let answers = 0;
    const go = async (path: string) => {
      if (each) this.#write(variant, text);
      if (variant.sync) await this.ctx.storage.sync();
      await call(this.env.COUNTERPART, path, body);
      answers++;
    };
    try {
      for (const { path } of calls) await go(path);
    } catch {
      for (const { path } of compensations) await go(path);
    }
    if (each || variant.rows === 'last') this.#write(variant, text);
    this.ctx.waitUntil(this.#after(variant, text));
    return { answers };
  }

  #write(variant: Variant, text: string): void {
    const { storage } = this.ctx;
    const row = ++this.#rows;
    if (variant.store === 'unconfirmed') {
      void storage.put(`row-${row}`, text, { allowUnconfirmed: true });
    } else if (variant.store === 'kv') {
      storage.kv.put(`row-${row}`, text);
    } else {
      if (row === 1) storage.sql.exec('CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)');
      storage.sql.exec('INSERT INTO log (seq, events) VALUES (?, ?)', row, text);
    }
  }

  async #after(variant: Variant, text: string): Promise<void> {
    await Promise.all([
      variant.queue ? outbox.project(this.env.QUEUE, text) : undefined,
      variant.tenant ? this.env.TENANT.getByName('acme').tell(text) : undefined,
    ]);
    if (variant.alarm) await this.ctx.storage.deleteAlarm();
  }

  override alarm(): void {}
}

export default {
  async fetch(request, env) {
    const [, name, variant] = new URL(request.url).pathname.split('/') as [string, WorkloadName, VariantName];
    const cell = env.CELL.get(env.CELL.newUniqueId());
    return Response.json(await cell.run(name, variant, await request.json()));
  },
  async queue() {},
} satisfies ExportedHandler<Env>;
