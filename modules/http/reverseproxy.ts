/** A gateway: requests are sent on to named services, by path. */
import { z } from 'zod';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';
import { longestPrefix } from '#modules/http/by-prefix';
import { type Bounds, bounds, boundsOf, forward, origin } from '#modules/http/forwarding';

const compositeRoute = z.strictObject({
  pattern: z.string().optional().describe('Path, as the key.'),
  backends: z.array(z.string()).min(1).describe('Names of services.'),
  strategy: z
    .enum(['select', 'first', 'merge'])
    .default('select')
    .describe('select, first: the first service that answers without a fault of its own; merge: the objects that all of them answer, put together.'),
});

const reverseConfig = z.strictObject({
  backend_services: z.record(z.string(), origin).optional().describe('Base URL by the name of a service.'),
  default_backend: z.string().optional().describe('Service for every path that has no other.'),
  ...bounds,
  forward_headers: z.array(z.string()).optional().describe('Headers that are sent on. Default: all but those of the connection.'),
  composite_routes: z.record(z.string(), compositeRoute).optional().describe('Paths, and the services that answer them.'),
  routes: z.record(z.string(), z.string()).optional().describe('Paths, and the one service that answers each.'),
});

type Reverse = z.output<typeof reverseConfig>;

export const reverseproxy = defineModule({
  type: 'reverseproxy',
  summary: 'A gateway: sends requests on to named services, by path. Its settings may stand in the section reverseproxy of the document.',
  config: reverseConfig,
  ports: { offers: ['requests', 'routes'] },
  section: 'reverseproxy',
  notices(settings) {
    const { backend_services: services = {}, default_backend, composite_routes = {}, routes = {} } = settings as Reverse;
    const named = [default_backend, ...Object.values(routes), ...Object.values(composite_routes).flatMap((route) => route.backends)];
    return named
      .filter((name): name is string => name !== undefined && !Object.hasOwn(services, name))
      .map((name) => ({
        severity: 'error' as const,
        message: `No service is named "${name}" under backend_services.`,
        hint: `Known are ${Object.keys(services).join(', ') || 'none'}.`,
      }));
  },
  mounts(settings) {
    const { default_backend, composite_routes = {}, routes = {} } = settings as Reverse;
    const paths = [...new Set([...Object.keys(composite_routes), ...Object.keys(routes)])];
    return [...paths.flatMap((path) => [path, `${path.replace(/\/+$/, '')}/{rest...}`]), ...(default_backend === undefined ? [] : ['/', '/{rest...}'])].map(
      (path) => ({ method: '*', path }),
    );
  },
  door: { streams: true, serve: throughGateway },
  example: `
name: gateway
type: reverseproxy
config:
  backend_services:
    users: https://users.example.com
  default_backend: users
`,
});

async function throughGateway(request: DoorRequest, context: DoorContext): Promise<Response> {
  const settings = context.settings as Reverse;
  const { backend_services: services = {}, default_backend, composite_routes = {}, routes = {}, forward_headers } = settings;
  const path = longestPrefix([...Object.keys(composite_routes), ...Object.keys(routes)], request.path);
  const route = path === undefined ? undefined : (composite_routes[path] ?? { backends: [routes[path]!], strategy: 'select' as const });
  const names = route?.backends ?? (default_backend === undefined ? [] : [default_backend]);
  if (names.length === 0) throw new Problem('unknown_route', `${context.module} has no service for ${request.path}.`);
  const bounds = boundsOf(settings);
  const ask = (name: string, more: Partial<Bounds> = {}) => forward(request, context, services[name]!, { ...bounds, ...more }, forward_headers);
  if (route?.strategy !== 'merge') return firstGood(names, ask, request);
  // Answers that are put together are in memory, all of them.
  const max_response_bytes = Math.min(bounds.max_response_bytes ?? LIMITS.upstreamBody, LIMITS.upstreamBody);
  return merged(await Promise.all(names.map((name) => ask(name, { max_response_bytes }))));
}

/** A body can be sent once, so only a request without one is tried at the next service. */
async function firstGood(names: readonly string[], ask: (name: string) => Promise<Response>, request: DoorRequest): Promise<Response> {
  const tries = request.body === null ? names : names.slice(0, 1);
  for (const [index, name] of tries.entries()) {
    const last = index === tries.length - 1;
    try {
      const answer = await ask(name);
      if (answer.status < 500 || last) return answer;
      await answer.body?.cancel();
    } catch (error) {
      if (last) throw error;
    }
  }
  throw new Problem('connection_failed', 'None of the services answered.');
}

async function merged(answers: Response[]): Promise<Response> {
  const parts = await Promise.all(answers.map(objectOf));
  return Response.json(Object.assign({}, ...parts), { status: Math.max(...answers.map((answer) => answer.status)) });
}

async function objectOf(answer: Response): Promise<object> {
  const value: unknown = await answer.json().catch(() => undefined);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Problem('upstream_status', `A service answered ${answer.status} with something that is no JSON object, so the answers cannot be put together.`);
}
