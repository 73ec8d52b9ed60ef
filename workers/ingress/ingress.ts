/**
 * HTTP pipelines at the application's origin and path.
 *
 * Invariants
 * 1. Nothing of a foreign tenant's request is kept: it goes back to the router whole.
 * 2. The definition is found by content hash through caches of this isolate; a warm request asks no store.
 * 3. Whatever an application answers, browsers see what `fence.ts` lets through.
 */
import type { Definition, Pipeline, Route } from '#contracts/definition';
import { SLUG } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { steps } from '#steps/registry';
import type { TenantStore } from '#storage/platform-ports';
import type { DefinitionStore, DeploymentStore } from '#storage/ports';
import type { TenantMoves } from '#storage/region-ports';
import { type Abort, breakingOff } from '#workers/door/breaking-off';
import { refused } from '#workers/door/refusal';
import type { RegionEnv } from '#workers/env';
import { closedProblem } from '#workers/erasure/closed';
import type { AppAddress } from '#workers/ingress/address';
import { httpAnswer } from '#workers/ingress/answer';
import { describeApplication } from '#workers/ingress/description';
import { withCaller } from '#workers/ingress/doors/caller';
import type { Entrance } from '#workers/ingress/doors/context';
import { type Behind, pass, preflight } from '#workers/ingress/doors/passing';
import { assertDelivery } from '#workers/ingress/doors/signed';
import { fenced } from '#workers/ingress/fence';
import { matchRoute } from '#workers/ingress/match';
import { httpTrigger } from '#workers/ingress/request';
import { goAfter, movingProblem } from '#workers/moving/late';
import { platformProblem } from '#workers/objects/fault';
import { assertNotRefused } from '#workers/quota/admit';
import { passToRouter } from '#workers/regions/router-link';
import { startExecution } from '#workers/start';

export interface IngressPorts {
  deployments: DeploymentStore;
  definitions: DefinitionStore;
  tenants: Pick<TenantStore, 'get'>;
  moves: Pick<TenantMoves, 'open' | 'isClosed'>;
}

/** `abort`: breaks the connection off where an answer that comes from elsewhere fails half-way. */
export async function serveApplication(request: Request, url: URL, address: AppAddress, env: RegionEnv, ports: IngressPorts, abort?: Abort): Promise<Response> {
  const answer = await serve(request, url, address, env, ports, abort).catch((error) => failed(error, request, address));
  return fenced(answer, url, address);
}

function failed(error: Error, request: Request, { tenant, workflow }: AppAddress): Response {
  if (error instanceof Problem) return refused(request, error, allowHeader(error));
  const request_id = crypto.randomUUID();
  console.error(JSON.stringify({ level: 'error', message: String(error), stack: error.stack, request_id, tenant, workflow }));
  return refused(request, platformProblem(error) ?? new Problem('internal', undefined, { extra: { request_id } }));
}

async function serve(request: Request, url: URL, address: AppAddress, env: RegionEnv, ports: IngressPorts, abort?: Abort): Promise<Response> {
  const environment = request.headers.get('x-workflow-environment') ?? 'production';
  if (!SLUG.test(environment)) throw new Problem('invalid_request', 'X-Workflow-Environment is not the name of an environment.');
  const { tenant, workflow } = address;
  // What is deployed of a guest is for executions that live here; its requests are answered by its home.
  const standing = await ports.moves.open(tenant);
  if (standing?.status === 'gone') return breakingOff(await goAfter(request, env), abort);
  if (standing) throw movingProblem(tenant);
  if (await ports.moves.isClosed(tenant)) throw closedProblem(tenant);
  if (!(await ports.tenants.get(tenant))) {
    if (request.headers.has('x-workflow-routed')) throw new Problem('unknown_tenant', `There is no tenant ${tenant}.`);
    return breakingOff(await passToRouter(env, request), abort);
  }
  const deployment = await ports.deployments.active(tenant, workflow, environment);
  if (!deployment) throw new Problem('not_deployed', `${workflow} is not deployed in ${environment} of the tenant ${tenant}.`, { extra: { status: 404 } });
  const definition = await ports.definitions.get(tenant, deployment.hash);
  if (!definition) throw new Problem('internal', `The definition of ${workflow} is missing in this region.`);
  const match = matchRoute(definition, request.method, address.path);
  const entrance = { tenant, deployment, definition, methods: match.kind === 'method' ? match.allowed : [] };
  if (match.kind === 'method') {
    const asked = request.method === 'OPTIONS' ? await preflighted(request, url, address.path, env, entrance) : undefined;
    if (asked) return asked;
    throw new Problem('method_not_allowed', `${address.path} answers ${match.allowed.join(', ')}, not ${request.method}.`, {
      extra: { allowed: match.allowed },
    });
  }
  // A module that takes every path, as a server of files does, leaves the description its place.
  if (match.kind === 'none' || (match.route.door !== undefined && match.route.path.endsWith('...}'))) {
    const base = url.pathname.slice(0, url.pathname.length - address.path.length);
    const description = request.method === 'GET' ? describeApplication(definition, address.path, base, steps) : undefined;
    if (description) return description;
  }
  if (match.kind === 'none') throw new Problem('unknown_route', `${workflow} has no route ${request.method} ${address.path}.`);
  const { route, params } = match;
  const behind: Behind = {
    async trigger() {
      const pipeline = pipelineOf(definition, route);
      if (!isGuarded(route, pipeline)) await assertNotRefused(env, { tenant, ...deployment });
      return httpTrigger(request, url, address.path, params, pipeline.raw_body);
    },
    async start(given) {
      const { caller, webhook } = pipelineOf(definition, route);
      if (webhook) await assertDelivery(env, entrance, webhook, given);
      const data = caller ? await withCaller(env, entrance, { request, url, path: address.path, params, route }, caller, given) : given;
      const started = await startExecution(env, {
        tenant,
        deployment,
        pipeline: pipelineOf(definition, route),
        trigger: 'http',
        data,
        wait_ms: LIMITS.syncWaitMs,
        by: 'http',
        traceparent: request.headers.get('traceparent'),
      });
      return httpAnswer(started, request.method);
    },
  };
  const passing = { request, url, path: address.path, params, route, abort };
  return pass(env, entrance, passing, behind, (problem) => refused(request, problem, allowHeader(problem)));
}

function pipelineOf(definition: Definition, { method, path, pipeline: name }: Route): Pipeline {
  const pipeline = name === undefined ? undefined : definition.pipelines[name];
  if (!pipeline) throw new Problem('internal', `The route ${method} ${path} of ${definition.name} leads nowhere.`);
  return pipeline;
}

/** Whether somebody has a word about a request before a quota has. */
function isGuarded({ middlewares = [] }: Route, { webhook, caller }: Pipeline): boolean {
  return middlewares.length > 0 || webhook !== undefined || caller !== undefined;
}

/** A browser asks before it sends: the guards of the route that it means answer. */
async function preflighted(request: Request, url: URL, path: string, env: RegionEnv, entrance: Entrance): Promise<Response | undefined> {
  const meant = matchRoute(entrance.definition, request.headers.get('access-control-request-method') ?? 'GET', path);
  if (meant.kind !== 'found') return undefined;
  return preflight(env, entrance, { request, url, path, params: meant.params, route: meant.route });
}

function allowHeader(problem: Problem): Record<string, string> {
  return Array.isArray(problem.extra.allowed) ? { allow: problem.extra.allowed.join(', ') } : {};
}
