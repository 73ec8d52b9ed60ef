/** Bindings that end a piece of work in the middle, or count what it costs. */
import { runInDurableObject } from 'cloudflare:test';

/** As the binding, but for a method whose call ends the work before or after it has been done, where `hits` says so of its first argument. */
export function cutting(binding: object, method: string, when: 'before' | 'after', hits: (argument: unknown) => boolean): object {
  return overlaid(binding, method, (work, given) => {
    if (!hits(given[0])) return work();
    if (when === 'before') throw new Error('the runtime ends here');
    return Promise.resolve(work()).then(() => {
      throw new Error('the runtime ends here');
    });
  });
}

/**
 * As a namespace of objects, but the runtime ends an object around the next calls of this kind: `before` they are carried out, or `after`.
 * What the caller gets is what the runtime says of it. `cuts`: how many are still to come.
 */
export function resetting<N extends object>(namespace: N, method: string, when: 'before' | 'after', cuts: { left: number }): N {
  const cut = (stub: DurableObjectStub) =>
    new Proxy(stub, {
      get(target, name) {
        const call = (...given: unknown[]) => (target[name as never] as (...all: unknown[]) => unknown)(...given);
        if (name !== method) return call;
        return async (...given: unknown[]) => {
          if (cuts.left === 0) return call(...given);
          cuts.left--;
          if (when === 'after') await call(...given);
          await endInstance(target);
          throw new Error('the object has not ended');
        };
      },
    });
  return new Proxy(namespace, {
    get(target, name) {
      const found = Reflect.get(target, name) as (...all: unknown[]) => unknown;
      if (name === 'get' || name === 'getByName') return (...given: unknown[]) => cut(found.apply(target, given) as DurableObjectStub);
      return found.bind(target);
    },
  });
}

/** Rejects with what the runtime says of it. */
export async function endInstance(stub: DurableObjectStub): Promise<void> {
  await runInDurableObject(stub, async (_, state) => {
    await state.storage.sync();
    state.abort('the runtime ends here');
  });
}

/** As the database, telling of each statement how many rows it has written, as D1 bills them. */
export function metered(database: D1Database, tell: (rows: number) => void): D1Database {
  const own = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const counted = async <R extends D1Result>(result: Promise<R>): Promise<R> => {
    tell((await result).meta.rows_written);
    return result;
  };
  const statement = (plain: D1PreparedStatement): D1PreparedStatement => {
    const made = new Proxy(plain, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => statement(target.bind(...values));
        if (name === 'run') return () => counted(target.run());
        if (name === 'all') return () => counted(target.all());
        if (name === 'first') {
          return async (column?: string) => {
            const row = (await counted(target.all<Record<string, unknown>>())).results[0] ?? null;
            return row && column !== undefined ? row[column] : row;
          };
        }
        return (...given: unknown[]) => (target[name as 'raw'] as (...all: unknown[]) => unknown)(...given);
      },
    });
    own.set(made, plain);
    return made;
  };
  return new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => statement(target.prepare(sql));
      if (name !== 'batch') return (...given: unknown[]) => (target[name as 'exec'] as (...all: unknown[]) => unknown)(...given);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements.map((each) => own.get(each) ?? each));
        for (const { meta } of results) tell(meta.rows_written);
        return results;
      };
    },
  });
}

function overlaid(binding: object, method: string, call: (work: () => unknown, given: unknown[]) => unknown): object {
  return new Proxy(binding, {
    get(target, name) {
      const found = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return (...given: unknown[]) => (name === method ? call(() => found.apply(target, given), given) : found.apply(target, given));
    },
  });
}
