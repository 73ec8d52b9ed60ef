/**
 * Companies (tenants) are the one resource that spans regions: made in one of them, listed from all.
 *
 * Invariants
 * 1. The directory is claimed first, then the region makes the tenant. A crash in between leaves a claim; the same
 *    call again completes it. Two calls for different regions cannot both win.
 * 2. Only the operator's key makes companies. Lists are answered by the regions, which check the caller themselves.
 * 3. A region that is lost takes its own part of a list with it and nothing else; the list says which it was.
 */
import { z } from 'zod';
import { oneLine } from '#contracts/api-parts';
import { slugSchema } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem, type ProblemDetail } from '#contracts/problems';
import { readBody, utf8 } from '#workers/door/request-body';
import { claim, release, relocate } from '#workers/router/directory';
import { type Region, type RouterEnv, regionsOf } from '#workers/router/env';
import { forward, regionUnavailable } from '#workers/router/forward';

const COMPANY_BYTES = 64 * 1024;

/** `POST /api/v1/companies {name, slug, region}` -> the region's answer, 201. */
export async function createCompany(request: Request, env: RouterEnv): Promise<Response> {
  await requireOperator(request, env);
  const regions = regionsOf(env);
  const company = await parseCompany(request, regions);
  const region = regions.find((candidate) => candidate.name === company.region)!;

  const owner = await claim(env.DIRECTORY, company.slug, region.name);
  if (owner !== region.name) throw new Problem('tenant_exists', `A tenant ${company.slug} exists.`);

  const headers = new Headers(request.headers);
  headers.set('content-type', 'application/json');
  const body = new TextEncoder().encode(JSON.stringify(company));
  headers.set('content-length', String(body.byteLength));
  return forward(region, new Request(request.url, { method: 'POST', headers, body }), { tenant: company.slug });
}

/** A list that the operator reads over all regions, `?limit=&cursor=`: region after region; the cursor says where to go on. */
export async function listOverRegions(request: Request, env: RouterEnv): Promise<Response> {
  const url = new URL(request.url);
  const regions = regionsOf(env);
  const limit = limitOf(url);
  let at = positionOf(url.searchParams.get('cursor'), regions);
  const items: unknown[] = [];
  const asked: { region: string; status: 'ok' | 'unavailable' }[] = [];
  while (at && items.length < limit) {
    const { region, cursor } = at;
    const answer = await pageOf(region, request, { limit: limit - items.length, cursor });
    if (answer instanceof Response) return answer;
    asked.push({ region: region.name, status: answer ? 'ok' : 'unavailable' });
    items.push(...(answer?.items ?? []));
    const next: Region | undefined = answer?.next_cursor ? region : regions[regions.indexOf(region) + 1];
    at = next && { region: next, cursor: answer?.next_cursor ?? '' };
  }
  if (asked.every(({ status }) => status === 'unavailable')) throw regionUnavailable(asked.map(({ region }) => region).join(', '));
  return Response.json({ items, next_cursor: at ? btoa(`${at.region.name} ${at.cursor}`) : null, regions: asked });
}

/** `undefined`: the region is lost. What it says against the call is said for all of them. */
async function pageOf(
  region: Region,
  request: Request,
  { limit, cursor }: { limit: number; cursor: string },
): Promise<{ items: unknown[]; next_cursor: string | null } | Response | undefined> {
  const url = new URL(request.url);
  url.searchParams.set('limit', String(limit));
  if (cursor) url.searchParams.set('cursor', cursor);
  else url.searchParams.delete('cursor');
  try {
    const response = await forward(region, new Request(url, { headers: request.headers }), { onlyReads: true });
    if (response.status >= 500) return undefined;
    return response.ok ? await response.json() : response;
  } catch {
    return undefined;
  }
}

async function parseCompany(request: Request, regions: Region[]) {
  const bytes = await readBody(request, COMPANY_BYTES);
  if (!bytes) throw new Problem('body_too_large', `The description of a company is at most ${COMPANY_BYTES} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(utf8(bytes) ?? '');
  } catch {
    throw new Problem('invalid_json', 'The body is not valid JSON. Send {"name", "slug", "region"}.');
  }
  const names = regions.map((region) => region.name);
  const schema = z.strictObject({
    name: oneLine.max(200),
    slug: slugSchema,
    region: z.string().refine((name) => names.includes(name), `one of ${names.join(', ')}`),
  });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors: ProblemDetail[] = parsed.error.issues.map((issue) => ({ code: issue.code, message: issue.message, path: issue.path.join('.') }));
  throw new Problem('invalid_request', 'The company is not valid.', { errors });
}

function limitOf(url: URL): number {
  const text = url.searchParams.get('limit');
  if (text === null) return LIMITS.listDefault;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.listMax)
    throw new Problem('invalid_request', `limit is a whole number from 1 to ${LIMITS.listMax}.`);
  return limit;
}

function positionOf(cursor: string | null, regions: Region[]): { region: Region; cursor: string } | undefined {
  if (regions.length === 0) throw regionUnavailable('(none)');
  if (cursor === null) return { region: regions[0]!, cursor: '' };
  try {
    const [name, ...rest] = atob(cursor).split(' ');
    const region = regions.find((candidate) => candidate.name === name);
    if (region) return { region, cursor: rest.join(' ') };
  } catch {
    // Falls through to the problem below.
  }
  throw new Problem('invalid_cursor', 'The cursor is not one of this list.');
}

/** `DELETE /directory/{slug}?region=`: a region has erased the tenant. */
export async function releaseName(request: Request, env: RouterEnv): Promise<Response> {
  await requireOperator(request, env);
  const url = new URL(request.url);
  const slug = url.pathname.slice('/directory/'.length);
  const region = url.searchParams.get('region') ?? '';
  if (!slugSchema.safeParse(slug).success || !regionsOf(env).some(({ name }) => name === region))
    throw new Problem('invalid_request', 'Send DELETE /directory/{slug}?region={region}.');
  await release(env.DIRECTORY, slug, region);
  return new Response(null, { status: 204 });
}

/** `PUT /directory/{slug}?from=&to=`: a region has handed the tenant to another one. */
export async function relocateName(request: Request, env: RouterEnv): Promise<Response> {
  await requireOperator(request, env);
  const url = new URL(request.url);
  const slug = url.pathname.slice('/directory/'.length);
  const [from, to] = [url.searchParams.get('from') ?? '', url.searchParams.get('to') ?? ''];
  const names = regionsOf(env).map(({ name }) => name);
  if (!slugSchema.safeParse(slug).success || !names.includes(from) || !names.includes(to))
    throw new Problem('invalid_request', 'Send PUT /directory/{slug}?from={region}&to={region}.');
  if (!(await relocate(env.DIRECTORY, slug, from, to))) throw new Problem('unknown_tenant', `There is no tenant ${slug} in ${from}.`);
  return new Response(null, { status: 204 });
}

/** Compared by digest, so that the time taken says nothing of the key. */
async function requireOperator(request: Request, env: RouterEnv): Promise<void> {
  const given = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]?.trim();
  if (!given) throw new Problem('unauthenticated');
  const [left, right] = await Promise.all([digest(given), digest(env.ADMIN_API_KEY ?? '')]);
  const equal = left.every((byte, index) => byte === right[index]);
  if (env.ADMIN_API_KEY && equal) return;
  if (given.startsWith('wfk_')) throw new Problem('forbidden', 'Only the key of the platform makes companies.');
  throw new Problem('unauthenticated');
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
