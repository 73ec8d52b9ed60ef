/**
 * Requests that are sent on to another service, body and answer streaming. Whatever goes out passes the egress guard of
 * the platform: private addresses are refused where tenants share it.
 */
import { z } from 'zod';
import { hopByHop } from '#contracts/hop-by-hop';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest, ForwardInit } from '#modules/door';

/** The platform's own; they are not the other side's business. */
const NOT_SENT = new Set(['host', 'cf-connecting-ip', 'x-tenant']);

type Bounds = Pick<ForwardInit, 'timeout_ms' | 'total_timeout_ms' | 'max_response_bytes'>;

/** `names`: the only headers of the client that are sent on. What its `Connection` names is never, and takes away none of ours. */
async function forward(request: DoorRequest, context: DoorContext, base: string, bounds: Bounds, names?: readonly string[]): Promise<Response> {
  const headers = new Headers();
  const staysBehind = hopByHop(request.headers.get('connection'));
  const wanted = names && new Set([...names.map((name) => name.toLowerCase()), 'content-type', 'accept']);
  for (const [name, value] of request.headers) {
    if (wanted && !wanted.has(name)) continue;
    if (!staysBehind(name) && !NOT_SENT.has(name) && !name.startsWith('x-workflow-')) headers.set(name, value);
  }
  headers.set('x-forwarded-host', request.url.host);
  headers.set('x-forwarded-proto', request.url.protocol.slice(0, -1));
  headers.set('x-forwarded-for', request.client);
  const url = `${base.replace(/\/+$/, '')}${request.path}${request.url.search}`;
  return context.http.forward(url, {
    method: request.method,
    headers,
    body: request.method === 'GET' || request.method === 'HEAD' ? null : request.body,
    ...bounds,
  });
}

const timeout = z.number().min(0.1).max(120).default(30).describe('Longest time until the answer begins, seconds.');
const maxMb = LIMITS.proxiedBodyMax / 1024 / 1024;
const bounds = {
  timeout,
  total_timeout: z
    .number()
    .min(0.1)
    .max(LIMITS.proxiedMsMax / 1000)
    .optional()
    .describe(
      `Longest time until the answer has ended, seconds; then it is broken off. Default ${LIMITS.proxiedMs / 1000}, maximum ${LIMITS.proxiedMsMax / 1000}.`,
    ),
  max_response_mb: z
    .number()
    .min(0.001)
    .max(maxMb)
    .optional()
    .describe(`Largest answer, MB; a longer one is broken off. Default ${LIMITS.proxiedBody / 1024 / 1024}, maximum ${maxMb}.`),
};

function boundsOf({ timeout: begin, total_timeout, max_response_mb }: { timeout: number; total_timeout?: number; max_response_mb?: number }): Bounds {
  return {
    timeout_ms: begin * 1000,
    ...(total_timeout === undefined ? {} : { total_timeout_ms: total_timeout * 1000 }),
    ...(max_response_mb === undefined ? {} : { max_response_bytes: Math.floor(max_response_mb * 1024 * 1024) }),
  };
}

const origin = z.string().regex(/^https?:\/\//, 'a URL that begins with http:// or https://');

// --- by prefix ------------------------------------------------------------------------------------

const simpleConfig = z.strictObject({
  targets: z.record(z.string().regex(/^\//), origin).describe('Base URL by the prefix of the path; the longest prefix counts.'),
  ...bounds,
});

const simpleProxy = (type: string, summary: string) =>
  defineModule({
    type,
    summary,
    config: simpleConfig,
    door: {
      async serve(request, context) {
        const settings = context.settings as z.output<typeof simpleConfig>;
        const { targets } = settings;
        const [prefix] = Object.keys(targets)
          .filter((each) => request.path === each || request.path.startsWith(`${each.replace(/\/+$/, '')}/`))
          .sort((a, b) => b.length - a.length);
        if (prefix === undefined) throw new Problem('unknown_route', `${context.module} has no target for ${request.path}.`);
        return forward(request, context, targets[prefix]!, boundsOf(settings));
      },
    },
    example: `
name: api-proxy
type: ${type}
config:
  targets:
    /api/orders: https://orders.example.com
`,
  });

export const httpSimpleProxy = simpleProxy('http.simple_proxy', 'Sends the requests of its routes on to other services, by the prefix of their path.');
export const httpProxy = simpleProxy('http.proxy', 'The same as http.simple_proxy, under its longer name.');

// --- by service -----------------------------------------------------------------------------------

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
  door: { serve: throughGateway },
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
  const paths = [...Object.keys(composite_routes), ...Object.keys(routes)].filter(
    (path) => request.path === path || request.path.startsWith(`${path.replace(/\/+$/, '')}/`),
  );
  const [path] = paths.sort((a, b) => b.length - a.length);
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
