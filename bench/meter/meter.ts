/**
 * Counts what the platform would bill: a Worker's bindings and objects, wrapped, in a run of its own that is not timed.
 *
 * The Worker itself is the very bundle that is measured; it does not know that it is counted. One isolate runs it all,
 * so the counts are plain variables. `GET /.meter` answers them, `DELETE /.meter` begins again.
 *
 * What counts as what
 * - row written: what SQLite reports for a statement (index entries and schema included), each key of the key-value
 *   twin, each alarm set, and, on the safe side, each alarm deleted; what D1 reports as `rows_written`.
 * - object request: each RPC call or fetch on a stub, each alarm that goes off.
 * - queue operation: one write for each 64 KB of a message, and one read and one delete when it is delivered.
 * - commit: from the first statement of a turn that writes until `storage.sync()` says that it is on disk. The clock of
 *   the runtime stands still during a turn, so the turn's own computing is in it.
 * - object time: from the first call, alarm or `waitUntil` of an object that was idle, until it is idle again.
 */
import type { DurableObject } from 'cloudflare:workers';
import { meteredEnv } from './bindings.ts';
import { countRequest, counts, reset } from './state.ts';
import { type Method, wrap } from './wrap.ts';

/** Objects as the bundle exports them. */
type ObjectClass = new (ctx: DurableObjectState, env: unknown) => DurableObject;

/** One object's work, which may overlap: its time counts from the first that begins to the last that ends. */
class Activity {
  #running = 0;
  #since = 0;

  during<T>(work: () => T): T {
    if (this.#running++ === 0) this.#since = Date.now();
    const end = () => {
      if (--this.#running === 0) counts.objectMs += Date.now() - this.#since;
    };
    let result: T;
    try {
      result = work();
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) result.then(end, end);
    else end();
    return result;
  }
}

const activities = new WeakMap<DurableObject, Activity>();

/** The class, counted. */
export function metered(Base: ObjectClass): ObjectClass {
  class Metered extends Base {
    constructor(ctx: DurableObjectState, env: unknown) {
      const activity = new Activity();
      meterState(ctx, activity);
      super(ctx, meteredEnv(env as object));
      activities.set(this, activity);
    }
  }
  for (let level = Base.prototype as object; isOwnCode(level); level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value !== 'function' || name === 'constructor' || Object.hasOwn(Metered.prototype, name)) continue;
      Object.defineProperty(Metered.prototype, name, {
        value(this: DurableObject, ...args: unknown[]) {
          if (name === 'alarm') countRequest(`${Base.name}.alarm`);
          return activities.get(this)!.during(() => (value as Method).apply(this, args));
        },
      });
    }
  }
  return Metered;
}

/** The runtime's own base classes are left as they are, and so is that of all objects, where a class extends none of them. */
function isOwnCode(prototype: object): boolean {
  return prototype !== Object.prototype && prototype.constructor.name !== 'DurableObject';
}

/** The runtime takes no stand-in for the state of an object, so its members are replaced in place. */
function meterState(ctx: DurableObjectState, activity: Activity): void {
  const { storage } = ctx;
  const waitUntil = ctx.waitUntil.bind(ctx);
  const own: Record<string, Method | object> = {
    sql: meteredSql(storage.sql, () => void timeCommit(storage)),
    setAlarm(...args) {
      counts.alarmsSet++;
      return (storage.setAlarm as Method).apply(storage, args);
    },
    deleteAlarm(...args) {
      counts.alarmsDeleted++;
      return (storage.deleteAlarm as Method).apply(storage, args);
    },
    put(...args) {
      counts.objectRowsWritten += typeof args[0] === 'string' ? 1 : Object.keys(args[0] as object).length;
      return (storage.put as Method).apply(storage, args);
    },
    delete(...args) {
      counts.objectRowsWritten += Array.isArray(args[0]) ? args[0].length : 1;
      return (storage.delete as Method).apply(storage, args);
    },
  };
  if (storage.kv) own.kv = meteredKv(storage.kv);
  Object.defineProperty(ctx, 'storage', { value: wrap(storage, own) });
  Object.defineProperty(ctx, 'waitUntil', { value: (task: Promise<unknown>) => waitUntil(activity.during(() => task)) });
}

function meteredKv(kv: SyncKvStorage): SyncKvStorage {
  return wrap(kv, {
    put(...args) {
      counts.objectRowsWritten++;
      return (kv.put as Method).apply(kv, args);
    },
    delete(...args) {
      counts.objectRowsWritten++;
      return (kv.delete as Method).apply(kv, args);
    },
  });
}

const committing = new WeakSet<DurableObjectStorage>();

/** Of the turn that has just begun to write. */
async function timeCommit(storage: DurableObjectStorage): Promise<void> {
  if (committing.has(storage)) return;
  committing.add(storage);
  const begin = Date.now();
  // What the turn writes after this statement commits with it.
  await Promise.resolve();
  committing.delete(storage);
  await storage.sync();
  counts.commitMs.push(Date.now() - begin);
}

function meteredSql(sql: SqlStorage, wrote: () => void): SqlStorage {
  return wrap(sql, {
    exec(...args) {
      const cursor = (sql.exec as Method).apply(sql, args) as SqlStorageCursor<Record<string, SqlStorageValue>>;
      counts.objectRowsWritten += cursor.rowsWritten;
      if (cursor.rowsWritten > 0) wrote();
      // Rows are read while the cursor is walked, which callers do before they give up their turn.
      queueMicrotask(() => {
        counts.objectRowsRead += cursor.rowsRead;
      });
      return cursor;
    },
  });
}

/** The Worker's handlers, counted, and the door to the counts. */
export function meteredHandler(handler: ExportedHandler<unknown>): ExportedHandler<unknown> {
  return {
    async fetch(request, env, ctx) {
      if (new URL(request.url).pathname === '/.meter') {
        if (request.method === 'DELETE') reset();
        return Response.json(counts);
      }
      counts.workerRequests++;
      return handler.fetch!(request, meteredEnv(env as object), ctx);
    },
    async queue(batch, env, ctx) {
      counts.queueBatches++;
      counts.queueDeliveries += batch.messages.length;
      await handler.queue?.(batch, meteredEnv(env as object), ctx);
    },
  };
}
