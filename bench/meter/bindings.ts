/** A Worker's bindings, counted. */
import { countRequest, counts } from './state.ts';
import { type Method, wrap } from './wrap.ts';

const QUEUE_CHUNK = 64_000;
const CLASS_A = new Set(['put', 'list', 'createMultipartUpload']);
const CLASS_B = new Set(['get', 'head']);

const known = new WeakMap<object, object>();

/** The same environment always gives the same wrapper, for Workers keep caches by it. */
export function meteredEnv<E extends object>(env: E): E {
  const made = known.get(env);
  if (made) return made as E;
  const wrapper: Record<string, unknown> = {};
  for (const [name, binding] of Object.entries(env)) wrapper[name] = meteredBinding(name, binding);
  known.set(env, wrapper);
  // A wrapper that is wrapped again would count twice.
  known.set(wrapper, wrapper);
  return wrapper as E;
}

function meteredBinding(name: string, binding: unknown): unknown {
  switch ((binding as object | null)?.constructor?.name) {
    case 'DurableObjectNamespace':
      return meteredNamespace(name, binding as DurableObjectNamespace);
    case 'D1Database':
      return meteredDatabase(binding as D1Database);
    case 'R2Bucket':
      return meteredBucket(binding as R2Bucket);
    case 'WorkerQueue':
    case 'Queue':
      return meteredQueue(binding as Queue);
    default:
      return binding;
  }
}

function meteredNamespace(name: string, namespace: DurableObjectNamespace): DurableObjectNamespace {
  const stubOf = (method: 'get' | 'getByName') => ({
    [method]: (...args: unknown[]) => meteredStub(name, (namespace[method] as Method).apply(namespace, args) as object),
  });
  return wrap(namespace, {
    ...stubOf('get'),
    ...stubOf('getByName'),
    jurisdiction: (region) => meteredNamespace(name, namespace.jurisdiction(region as never)),
  });
}

/** A stub answers every property with a callable, so each is one that may be called. */
function meteredStub(name: string, stub: object): object {
  return new Proxy(stub, {
    get(_, key) {
      const value: unknown = Reflect.get(stub, key, stub);
      if (typeof value !== 'function' || typeof key !== 'string') return value;
      return (...args: unknown[]) => {
        countRequest(`${name}.${key}`);
        return (stub as Record<string, Method>)[key]!(...args);
      };
    },
  });
}

function meteredQueue(queue: Queue): Queue {
  const count = (body: unknown) => {
    counts.queueMessages++;
    counts.queueWrites += Math.max(1, Math.ceil(JSON.stringify(body).length / QUEUE_CHUNK));
  };
  return wrap(queue, {
    send(...args) {
      count(args[0]);
      return (queue.send as Method).apply(queue, args);
    },
    sendBatch(...args) {
      const messages = [...(args[0] as Iterable<{ body: unknown }>)];
      for (const { body } of messages) count(body);
      return (queue.sendBatch as Method).apply(queue, [messages, ...args.slice(1)]);
    },
  });
}

function meteredBucket(bucket: R2Bucket): R2Bucket {
  const own = [...CLASS_A, ...CLASS_B].map((name) => [
    name,
    (...args: unknown[]) => {
      if (CLASS_A.has(name)) counts.r2ClassA++;
      else counts.r2ClassB++;
      return (bucket[name as keyof R2Bucket] as Method).apply(bucket, args);
    },
  ]);
  return wrap(bucket, Object.fromEntries(own));
}

// --- D1 -----------------------------------------------------------------------------------------------

/** The statement behind a wrapper, for `batch`. */
const statements = new WeakMap<object, D1PreparedStatement>();

function meteredDatabase(database: D1Database): D1Database {
  return wrap(database, {
    prepare: (sql) => meteredStatement(database.prepare(sql as string), sql as string),
    async batch(list) {
      const results = await database.batch((list as object[]).map((statement) => statements.get(statement)!));
      for (const { meta } of results) countMeta(meta);
      return results;
    },
  });
}

function meteredStatement(statement: D1PreparedStatement, sql: string): D1PreparedStatement {
  const all = async () => {
    const result = await statement.all();
    countMeta(result.meta);
    return result;
  };
  const wrapper = wrap(statement, {
    bind: (...values) => meteredStatement(statement.bind(...values), sql),
    all,
    run: all,
    async first(column) {
      const row = (await all()).results[0] as Record<string, unknown> | undefined;
      return row === undefined ? null : typeof column === 'string' ? row[column] : row;
    },
    raw(...args) {
      // Its answer has no counts. Of a read they would be all but free; of a write the run is no use.
      if (!/^\s*(select|with|pragma)\b/i.test(sql)) counts.d1Uncounted++;
      return (statement.raw as Method).apply(statement, args);
    },
  });
  statements.set(wrapper, statement);
  return wrapper;
}

function countMeta({ rows_written, rows_read }: { rows_written?: number; rows_read?: number }): void {
  counts.d1RowsWritten += rows_written ?? 0;
  counts.d1RowsRead += rows_read ?? 0;
}
