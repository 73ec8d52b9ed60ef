/**
 * A request on its way through the door: the guards of its route in order, then who answers, then the guards once more
 * for the answer.
 *
 * 1. A guard that refuses ends the way; what guards before it add to answers is added to the refusal too.
 * 2. Nothing here makes an execution: that is what the route's pipeline is for.
 */
import type { Route } from '#contracts/definition';
import { type Json, type JsonObject, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest, Guard, PipelineAnswer } from '#modules/door';
import { modules } from '#modules/registry';
import { type Abort, breakingOff } from '#workers/door/breaking-off';
import { addressOf, networkOf } from '#workers/door/client-address';
import { headersForApplication } from '#workers/door/platform-cookies';
import { readBody } from '#workers/door/request-body';
import type { RegionEnv } from '#workers/env';
import { doorContext, type Entrance } from '#workers/ingress/doors/context';

export interface Passing {
  request: Request;
  url: URL;
  path: string;
  params: Record<string, string>;
  route: Route;
  /** Breaks the connection off where an answer that streams through fails half-way. */
  abort?: Abort;
}

/** The pipeline of a route. */
export interface Behind {
  /** What it would be started with. */
  trigger(): Promise<JsonObject>;
  start(trigger: JsonObject): Promise<Response>;
}

/** `behind` is asked when no guard has refused. Problems come out as answers by `refuse`. */
export async function pass(env: RegionEnv, entrance: Entrance, passing: Passing, behind: Behind, refuse: (problem: Problem) => Response): Promise<Response> {
  const names = passing.route.middlewares ?? [];
  if (names.length === 0 && passing.route.door === undefined) return behind.start(await behind.trigger());
  const request = requestAt(passing);
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
      const { guard, context } = await guardOf(env, entrance, name, request);
      passed.push({ guard, context });
      const found = await guard.before?.(request, context);
      if (!found) continue;
      Object.assign(request.trigger, found.trigger);
      Object.assign(added, found.headers);
      if (found.user !== undefined) request.user = found.user;
    }
    if (passing.route.door !== undefined) return end(await serveDoor(env, entrance, passing.route.door, request, passing.abort));
    const trigger = { ...(await behind.trigger()), ...request.trigger };
    for (const { guard, context } of passed) guard.admit?.(trigger, request, context);
    const response = await behind.start(trigger);
    if (passed.some(({ guard }) => guard.review)) {
      // Whatever comes of the review, the answer tells of the execution.
      for (const name of ['x-execution-id', 'traceparent']) added[name] = response.headers.get(name) ?? '';
      const answer = await answerOf(response);
      for (const { guard, context } of passed) Object.assign(added, guard.review?.(answer, request, context));
    }
    return end(response);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return end(refuse(error));
  }
}

/** The answer, read beside its way out. */
async function answerOf(response: Response): Promise<PipelineAnswer> {
  const text = await response.clone().text();
  const { status, headers } = response;
  if (!/[/+]json\b/.test(headers.get('content-type') ?? '')) return { status, headers, body: text };
  try {
    return { status, headers, body: JSON.parse(text) as Json };
  } catch {
    return { status, headers, body: text };
  }
}

/** What the guards of a path say to `OPTIONS`, where it has no such route. */
export async function preflight(env: RegionEnv, entrance: Entrance, passing: Passing): Promise<Response | undefined> {
  const request = requestAt(passing);
  for (const name of passing.route.middlewares ?? []) {
    const { guard, context } = await guardOf(env, entrance, name);
    const response = guard.preflight?.(request, context);
    if (response) return response;
  }
  return undefined;
}

/** `request`: one that the guard is about to look at. */
export async function guardOf(env: RegionEnv, entrance: Entrance, name: string, request?: DoorRequest): Promise<{ guard: Guard; context: DoorContext }> {
  const spec = entrance.definition.doors?.[name];
  const { guard, door } = (spec && modules.get(spec.type)) ?? {};
  if (!spec || !guard) throw new Problem('internal', `The middleware ${name} is missing in the definition.`);
  if (request) guard.presents?.(request);
  return { guard, context: await doorContext(env, entrance, name, spec, door?.tables ?? []) };
}

async function serveDoor(env: RegionEnv, entrance: Entrance, name: string, request: DoorRequest, abort?: Abort): Promise<Response> {
  const spec = entrance.definition.doors?.[name];
  const door = spec && modules.get(spec.type)?.door;
  if (!spec || !door) throw new Problem('internal', `The module ${name} is missing in the definition.`);
  const answer = await door.serve(request, await doorContext(env, entrance, name, spec, door.tables ?? []));
  return door.streams ? breakingOff(answer, abort) : answer;
}

export function requestAt({ request, url, path, params, route }: Passing): DoorRequest {
  const client = addressOf(request) ?? 'local';
  return {
    method: request.method,
    url,
    path,
    params,
    headers: headersForApplication(request.headers),
    client,
    network: networkOf(client),
    route: { method: route.method, path: route.path },
    trigger: {},
    json: () => jsonOf(request),
    body: request.body,
  };
}

async function jsonOf(request: Request): Promise<Json> {
  const bytes = request.body ? await readBody(request, LIMITS.body) : new Uint8Array();
  if (!bytes) throw new Problem('body_too_large', `A body may have ${LIMITS.body} bytes at most.`);
  const text = new TextDecoder().decode(bytes);
  if (nestsDeeperThan(LIMITS.jsonDepth, text)) throw new Problem('invalid_json', `The body nests deeper than ${LIMITS.jsonDepth} levels.`);
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new Problem('invalid_json', 'Send the body as JSON.', { cause });
  }
}
