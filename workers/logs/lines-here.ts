/** Lines of executions that live in this region, each looked for in its object; so many objects are asked at a time. */
import type { LinePage, LinesQuestion } from '#contracts/log-line';
import type { RegionEnv } from '#workers/env';
import { executionStub } from '#workers/execution-stub';

const AT_ONCE = 10;

/** In the order of the executions. One that is not there, or not the tenant's, says nothing. */
export async function linesHere(env: RegionEnv, tenant: string, { executions, ...query }: LinesQuestion): Promise<LinePage[]> {
  const pages: LinePage[] = [];
  for (let from = 0; from < executions.length; from += AT_ONCE) {
    const asked = executions.slice(from, from + AT_ONCE).map(({ id, before }) => executionStub(env, id).lines(tenant, { ...query, before }));
    for (const page of await Promise.all(asked)) pages.push(page ?? { items: [], next: null });
  }
  return pages;
}
