/**
 * Requests that are sent on to another service, body and answer streaming. Whatever goes out passes the egress guard of
 * the platform: private addresses are refused where tenants share it.
 */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';

/** Of one connection, or of the platform's own; they are not the other side's business. */
const NOT_SENT = new Set([
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authorization',
  'content-length',
  'cf-connecting-ip',
  'x-tenant',
]);

async function forward(request: DoorRequest, context: DoorContext, base: string, path: string, timeout_ms: number): Promise<Response> {
  const headers = new Headers();
  for (const [name, value] of request.headers) if (!NOT_SENT.has(name) && !name.startsWith('x-workflow-')) headers.set(name, value);
  headers.set('x-forwarded-host', request.url.host);
  headers.set('x-forwarded-proto', request.url.protocol.slice(0, -1));
  headers.set('x-forwarded-for', request.client);
  const url = `${base.replace(/\/+$/, '')}${path}${request.url.search}`;
  return context.http.forward(url, {
    method: request.method,
    headers,
    body: request.method === 'GET' || request.method === 'HEAD' ? null : request.body,
    timeout_ms,
  });
}

const timeout = z.number().min(0.1).max(120).default(30).describe('Longest time until the answer begins, seconds.');
const origin = z.string().regex(/^https?:\/\//, 'a URL that begins with http:// or https://');

// --- by prefix ------------------------------------------------------------------------------------

const simpleConfig = z.strictObject({
  targets: z.record(z.string().regex(/^\//), origin).describe('Base URL by the prefix of the path; the longest prefix counts.'),
  timeout,
});

const simpleProxy = (type: string, summary: string) =>
  defineModule({
    type,
    summary,
    config: simpleConfig,
    door: {
      async serve(request, context) {
        const { targets, timeout: seconds } = context.settings as z.output<typeof simpleConfig>;
        const [prefix] = Object.keys(targets)
          .filter((each) => request.path === each || request.path.startsWith(`${each.replace(/\/+$/, '')}/`))
          .sort((a, b) => b.length - a.length);
        if (prefix === undefined) throw new Problem('unknown_route', `${context.module} has no target for ${request.path}.`);
        return forward(request, context, targets[prefix]!, request.path, seconds * 1000);
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
  timeout,
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
  const {
    backend_services: services = {},
    default_backend,
    composite_routes = {},
    routes = {},
    timeout: seconds,
    forward_headers,
  } = context.settings as Reverse;
  const paths = [...Object.keys(composite_routes), ...Object.keys(routes)].filter(
    (path) => request.path === path || request.path.startsWith(`${path.replace(/\/+$/, '')}/`),
  );
  const [path] = paths.sort((a, b) => b.length - a.length);
  const route = path === undefined ? undefined : (composite_routes[path] ?? { backends: [routes[path]!], strategy: 'select' as const });
  const names = route?.backends ?? (default_backend === undefined ? [] : [default_backend]);
  if (names.length === 0) throw new Problem('unknown_route', `${context.module} has no service for ${request.path}.`);
  const sent = forward_headers ? { ...request, headers: only(request.headers, forward_headers) } : request;
  const ask = (name: string) => forward(sent, context, services[name]!, request.path, seconds * 1000);
  return route?.strategy === 'merge' ? merged(await Promise.all(names.map(ask))) : firstGood(names, ask, request);
}

function only(headers: Headers, names: readonly string[]): Headers {
  const kept = new Headers();
  for (const name of [...names, 'content-type', 'accept']) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
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
  const parts = await Promise.all(answers.map((answer) => answer.json() as Promise<object>));
  return Response.json(Object.assign({}, ...parts), { status: Math.max(...answers.map((answer) => answer.status)) });
}
