/** Lines of executions that live in this region, each looked for in its object; so many objects are asked at a time. */
import type { LinePage, LineQuery, LinesQuestion } from '#contracts/log-line';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';

const AT_ONCE = 10;

/** In the order of the executions. One that cannot be read is told of, and keeps nobody from the others. */
export async function linesHere(env: RegionEnv, tenant: string, { executions, ...query }: LinesQuestion): Promise<LinePage[]> {
  const pages: LinePage[] = [];
  for (let from = 0; from < executions.length; from += AT_ONCE) {
    const asked = executions.slice(from, from + AT_ONCE).map(({ id, before }) => linesOrNone(env, tenant, id, { ...query, before }));
    pages.push(...(await Promise.all(asked)));
  }
  return pages;
}

async function linesOrNone(env: RegionEnv, tenant: string, id: string, query: LineQuery): Promise<LinePage> {
  try {
    return (await executionStub(env, id).lines(tenant, query)) ?? { items: [], next: null };
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', code: 'log_unread', execution_id: id, tenant, message: String(error) }));
    return { items: [], next: null, unread: true };
  }
}
