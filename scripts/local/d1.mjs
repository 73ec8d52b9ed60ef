/**
 * The D1 databases of a runtime, from outside: what is to be done goes in one request to a Worker beside, which does it there.
 *
 * miniflare's own way in asks the runtime for every statement and has this process stand still meanwhile; the hundred statements
 * that a new region begins with took seconds.
 *
 * Invariant: the Worker does nothing for anybody who does not know the secret of this start.
 */

/** Name of that Worker among those of the runtime. */
const NAME = 'databases';
const PATH = 'http://databases/';
/** By this header miniflare's entrance knows whom a request is for. */
const TO = 'MF-Route-Override';

const SCRIPT = `export default {
  async fetch(request, env) {
    if (request.headers.get('authorization') !== env.SECRET) return new Response(null, { status: 404 });
    const { binding, statements } = await request.json();
    const database = env[binding];
    try {
      return Response.json(await database.batch(statements.map(({ sql, values }) => database.prepare(sql).bind(...values))));
    } catch ({ message }) {
      return Response.json({ message }, { status: 422 });
    }
  },
};`;

/** The Worker, with the same databases as the one that it stands beside. */
export function databasesWorker({ compatibilityDate, d1Databases }, secret) {
  return { name: NAME, compatibilityDate, d1Databases, modules: true, script: SCRIPT, bindings: { SECRET: secret } };
}

/** One of the databases, as much of its interface as is used: `prepare(…).bind(…)` with `run`, `all` and `first`, and `batch`. */
export function databaseOf(runtime, secret, binding) {
  const batch = async (statements) => {
    const response = await runtime.dispatchFetch(PATH, {
      method: 'POST',
      headers: { authorization: secret, [TO]: NAME },
      body: JSON.stringify({ binding, statements: statements.map(({ sql, values }) => ({ sql, values })) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  };
  const statement = (sql, values) => {
    const run = async () => (await batch([{ sql, values }]))[0];
    return { sql, values, bind: (...bound) => statement(sql, bound), run, all: run, first: async () => (await run()).results[0] ?? null };
  };
  return { prepare: (sql) => statement(sql, []), batch };
}
