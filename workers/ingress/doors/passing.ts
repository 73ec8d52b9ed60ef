/**
 * A request on its way through the door: the guards of its route in order, then who answers, then the guards once more
 * for the answer.
 *
 * 1. A guard that refuses ends the way; what guards before it add to answers is added to the refusal too.
 * 2. Nothing here makes an execution: that is what the route's pipeline is for.
 */
import type { Route } from '#contracts/definition';
import type { Json, JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest, Guard } from '#modules/door';
import { modules } from '#modules/registry';
import { readBody } from '#workers/door/request-body';
import type { RegionEnv } from '#workers/env';
import { doorContext, type Entrance } from '#workers/ingress/doors/context';

export interface Passing {
  request: Request;
  url: URL;
  path: string;
  params: Record<string, string>;
  route: Route;
}

/** `answer` is asked when no guard has refused, with what they say of the caller. Problems come out as answers by `refuse`. */
export async function pass(
  env: RegionEnv,
  entrance: Entrance,
  passing: Passing,
  answer: (trigger: JsonObject) => Promise<Response>,
  refuse: (problem: Problem) => Response,
): Promise<Response> {
  const names = passing.route.middlewares ?? [];
  if (names.length === 0 && passing.route.door === undefined) return answer({});
  const request = doorRequest(passing);
  const passed: { guard: Guard; context: DoorContext }[] = [];
  const added: Record<string, string> = {};
  const end = (response: Response) => {
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(added)) headers.set(name, value);
    for (const { guard, context } of passed.reverse())
      for (const [name, value] of Object.entries(guard.after?.(request, response, context) ?? {})) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };
  try {
    for (const name of names) {
      const { guard, context } = await guardOf(env, entrance, name);
      passed.push({ guard, context });
      const found = await guard.before?.(request, context);
      if (!found) continue;
      Object.assign(request.trigger, found.trigger);
      Object.assign(added, found.headers);
      if (found.user !== undefined) request.user = found.user;
    }
    return end(passing.route.door === undefined ? await answer(request.trigger) : await serveDoor(env, entrance, passing.route.door, request));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return end(refuse(error));
  }
}

/** What the guards of a path say to `OPTIONS`, where it has no such route. */
export async function preflight(env: RegionEnv, entrance: Entrance, passing: Passing): Promise<Response | undefined> {
  const request = doorRequest(passing);
  for (const name of passing.route.middlewares ?? []) {
    const { guard, context } = await guardOf(env, entrance, name);
    const response = guard.preflight?.(request, context);
    if (response) return response;
  }
  return undefined;
}

async function guardOf(env: RegionEnv, entrance: Entrance, name: string): Promise<{ guard: Guard; context: DoorContext }> {
  const spec = entrance.definition.doors?.[name];
  const guard = spec && modules.get(spec.type)?.guard;
  if (!spec || !guard) throw new Problem('internal', `The middleware ${name} is missing in the definition.`);
  return { guard, context: await doorContext(env, entrance, name, spec, []) };
}

async function serveDoor(env: RegionEnv, entrance: Entrance, name: string, request: DoorRequest): Promise<Response> {
  const spec = entrance.definition.doors?.[name];
  const door = spec && modules.get(spec.type)?.door;
  if (!spec || !door) throw new Problem('internal', `The module ${name} is missing in the definition.`);
  return door.serve(request, await doorContext(env, entrance, name, spec, door.tables ?? []));
}

function doorRequest({ request, url, path, params, route }: Passing): DoorRequest {
  return {
    method: request.method,
    url,
    path,
    params,
    headers: request.headers,
    client: request.headers.get('cf-connecting-ip') ?? 'local',
    route: { method: route.method, path: route.path },
    trigger: {},
    json: () => jsonOf(request),
    body: request.body,
  };
}

async function jsonOf(request: Request): Promise<Json> {
  const bytes = request.body ? await readBody(request, LIMITS.body) : new Uint8Array();
  if (!bytes) throw new Problem('body_too_large', `A body may have ${LIMITS.body} bytes at most.`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch (cause) {
    throw new Problem('invalid_json', 'Send the body as JSON.', { cause });
  }
}
