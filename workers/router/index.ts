/**
 * The router: the one global Worker. It knows which region a tenant lives in and hands the request there.
 *
 * Invariants
 * 1. It keeps nothing but the directory: no payload, definition or key is stored or logged here.
 * 2. It decides on no access: the region verifies every credential. (Making a company is the exception, see companies.ts.)
 * 3. A region that is down takes only its own tenants with it.
 */
import { LIMITS } from '#contracts/limits';
import { LEFT_REGION_HEADER, PASSPORT_HEADER, TO_REGION_HEADER } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { Arrivals, refusedArrival } from '#workers/door/arrivals';
import type { Abort } from '#workers/door/breaking-off';
import { refused } from '#workers/door/refusal';
import { hearOut } from '#workers/door/request-body';
import { createCompany, listOverRegions, releaseName, relocateName } from '#workers/router/companies';
import { destinationOf } from '#workers/router/destination';
import { isKnown, regionOf } from '#workers/router/directory';
import { type Region, type RouterEnv, regionsOf } from '#workers/router/env';
import { forward, onlyReads, regionUnavailable } from '#workers/router/forward';
import { health } from '#workers/router/health';
import { peekBody } from '#workers/router/peek';
import { assertMaySearch, countMiss } from '#workers/router/strangers';

/** On one machine an isolate is the whole router. */
const arrivals = new Arrivals();

export default {
  async fetch(request: Request, env: RouterEnv, ctx: Pick<ExecutionContext, 'abort'>): Promise<Response> {
    // Of what regions send: nobody else marks a request.
    const refusal = env.MODE === 'local' ? refusedArrival(request, arrivals, Date.now()) : undefined;
    const response = refusal ?? (await answer(request, env, (reason) => ctx.abort(reason)));
    await hearOut(request);
    return response;
  },
} satisfies ExportedHandler<RouterEnv>;

async function answer(request: Request, env: RouterEnv, abort: Abort): Promise<Response> {
  try {
    return await route(request, env, abort);
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem('internal');
    if (problem.code === 'internal') console.error('router', error);
    return refused(request, problem);
  }
}

async function route(request: Request, env: RouterEnv, abort: Abort): Promise<Response> {
  if (!URL.canParse(request.url)) throw unreadableHost();
  const url = new URL(request.url);
  const named = request.headers.get(TO_REGION_HEADER);
  if (named !== null && request.headers.has(PASSPORT_HEADER)) return forward(regionNamed(env, named), request, { limit: LIMITS.peerBody, abort });
  const destination = destinationOf({ url, headers: request.headers, body: await peekBody(request, url) }, env.DOMAIN);
  if (destination.kind === 'no_such_host') throw new Problem('not_found', `No application answers at ${url.hostname}.`);

  const by = destination.kind === 'tenant' ? destination.by : undefined;
  // At an application's address the paths are its own: its `/healthz` is not ours.
  if (by !== 'address') {
    if (url.pathname === '/healthz') return health(request, env);
    if (url.pathname === '/api/v1/companies') {
      if (request.method === 'POST') return createCompany(request, env);
      // A key of one tenant sees that tenant only, and its region knows it.
      if (request.method === 'GET' && (by === 'hint' || by === 'default')) return listOverRegions(request, env);
    }
    if (url.pathname === '/api/v1/erasures' && request.method === 'GET') return listOverRegions(request, env);
    if (url.pathname.startsWith('/directory/') && request.method === 'DELETE') return releaseName(request, env);
    if (url.pathname.startsWith('/directory/') && request.method === 'PUT') return relocateName(request, env);
  }

  if (destination.kind !== 'tenant') return forwardToAny(request, regionsOf(env), abort);
  const left = request.headers.get(LEFT_REGION_HEADER);
  const now = Date.now();
  // Addresses of applications have bounds of their own, and what is looked for by default nobody has chosen.
  const isChosen = by === 'credential' || by === 'hint';
  if (isChosen && !isKnown(destination.tenant, now)) assertMaySearch(request, env, now);
  const region = await regionOf(env.DIRECTORY, destination.tenant, now, left !== null);
  if (isChosen && region === undefined) countMiss(request, env, now);
  if (region !== undefined && region === left) throw new Problem('tenant_moving', undefined, { extra: { headers: { 'Retry-After': '2' } } });
  if (region === undefined) {
    // The sign-in pages say in their own words that a tenant is unknown.
    if (by !== 'default' && !/^\/sign-in(?:\/|$)/.test(url.pathname))
      throw new Problem('unknown_tenant', `There is no tenant ${destination.tenant.slice(0, 80)}.`);
    return forwardToAny(request, regionsOf(env), abort);
  }
  const target = regionsOf(env).find((candidate) => candidate.name === region);
  if (!target) throw regionUnavailable(region);
  return forward(target, request, {
    ...(by === 'hint' || by === 'default' ? { tenant: destination.tenant } : {}),
    onlyReads: by !== 'address' && onlyReads(request, url),
    abort,
  });
}

function unreadableHost(): Problem {
  return new Problem('invalid_request', 'The header Host is not the name of a host, with a port or without.');
}

/** Regions name each other; that it was a region, the one that is named finds out. Throws Problem('unknown_region'). */
function regionNamed(env: RouterEnv, name: string): Region {
  const regions = regionsOf(env);
  const region = regions.find((candidate) => candidate.name === name);
  if (region) return region;
  const names = regions.map((each) => each.name);
  throw new Problem('unknown_region', `There is no region ${name.slice(0, 40)}; there are ${names.join(', ')}.`, { extra: { regions: names } });
}

/** The first region that answers. A body can be sent only once, so only the first region gets requests that have one. */
async function forwardToAny(request: Request, regions: Region[], abort: Abort): Promise<Response> {
  let failure: unknown = regionUnavailable('(none)');
  for (const region of request.body ? regions.slice(0, 1) : regions) {
    try {
      return await forward(region, request, { abort });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
