/**
 * Who sent a request, for pipelines that ask: the token is checked here, and what the log keeps of the request has no token
 * any more, wherever it was carried.
 */
import type { Pipeline } from '#contracts/definition';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import type { Entrance } from '#workers/ingress/doors/context';
import { guardOf, type Passing, requestAt } from '#workers/ingress/doors/passing';

const REDACTED = '[redacted]';

/** The trigger's data as they are kept, with `auth` of a good token, or `auth: null` and why not. */
export async function withCaller(
  env: RegionEnv,
  entrance: Entrance,
  passing: Passing,
  caller: NonNullable<Pipeline['caller']>,
  data: JsonObject,
): Promise<JsonObject> {
  const { token, kept } = taken(passing.request, caller.token, data);
  const { guard, context } = await guardOf(env, entrance, caller.module);
  const headers = new Headers(passing.request.headers);
  headers.delete('authorization');
  if (token !== undefined) {
    try {
      headers.set('authorization', /^bearer /i.test(token) ? token : `Bearer ${token}`);
    } catch {
      // Characters that no token has: it is refused below as one that is missing.
    }
  }
  try {
    const found = await guard.before?.({ ...requestAt(passing), headers }, context);
    const auth = isJsonObject(found?.trigger?.auth) ? found.trigger.auth : {};
    return { ...kept, auth: { ...auth, issuer: caller.module } };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'unauthenticated') throw error;
    return { ...kept, auth: null, auth_refusal: error.message };
  }
}

function taken(request: Request, place: NonNullable<Pipeline['caller']>['token'], data: JsonObject): { token: string | undefined; kept: JsonObject } {
  const part = data[place.in];
  if (place.in === 'headers') {
    const token = request.headers.get(place.name) ?? undefined;
    return { token, kept: token === undefined || !isJsonObject(part) ? data : { ...data, headers: { ...part, [place.name]: REDACTED } } };
  }
  const value = isJsonObject(part) && Object.hasOwn(part, place.name) ? part[place.name] : undefined;
  if (typeof value !== 'string') return { token: undefined, kept: data };
  const { raw_body, ...rest } = data;
  // A body kept as it came would hold the token as well.
  const raw: JsonObject = typeof raw_body === 'string' ? { raw_body: raw_body.replaceAll(value, REDACTED) } : {};
  return { token: value, kept: { ...rest, ...raw, [place.in]: { ...(part as JsonObject), [place.name]: REDACTED } } };
}
