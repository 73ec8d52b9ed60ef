/** Bindings that end a piece of work in the middle, or count what it costs. */

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
