/** A gateway in front of services: each path goes to one of them, within its methods and its rate. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';
import { duration, durationMs } from '#modules/durations';
import { longestPrefix } from '#modules/http/by-prefix';
import { forward, origin } from '#modules/http/forwarding';
import { takeFrom } from '#modules/http/rate';

const rate = z.strictObject({
  requestsPerMinute: z.number().min(1).max(100_000).describe('Requests that come back each minute, for each client.'),
  burstSize: z.number().int().min(1).max(100_000).default(10).describe('Requests that a client may make at once.'),
});

const route = z.strictObject({
  pathPrefix: z.string().regex(/^\//, 'a path that begins with /').describe('Paths that it is for; the longest prefix counts.'),
  backend: origin.describe('Base URL of the service.'),
  stripPrefix: z.boolean().default(false).describe('Whether the service sees the path without the prefix.'),
  methods: z
    .array(z.string().transform((method) => method.toUpperCase()))
    .optional()
    .describe('Methods that are let through. Default: all.'),
  timeout: duration.default('30s').describe('Longest time until the answer begins.'),
  rateLimit: rate.optional().describe('How often a client may ask here.'),
});

const config = z.strictObject({
  routes: z.array(route).max(200).default([]).describe('Where requests go, by the prefix of their path.'),
  globalRateLimit: rate.optional().describe('How often a client may ask in all.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const apiGateway = defineModule({
  type: 'api.gateway',
  summary: 'A gateway in front of services: sends requests on by the prefix of their path, within methods and rates, with or without the prefix.',
  config,
  ports: { offers: ['requests', 'routes'], takes: [{ port: 'server' }] },
  mounts: (settings) =>
    (settings as Settings).routes.flatMap(({ pathPrefix }) => [
      { method: '*', path: pathPrefix },
      { method: '*', path: `${pathPrefix.replace(/\/+$/, '')}/{rest...}` },
    ]),
  door: { serve },
  example: `
name: gateway
type: api.gateway
config:
  globalRateLimit: {requestsPerMinute: 600, burstSize: 100}
  routes:
    - {pathPrefix: /orders, backend: https://orders.example.com, stripPrefix: true, methods: [GET, POST]}
`,
});

async function serve(request: DoorRequest, context: DoorContext): Promise<Response> {
  const { routes, globalRateLimit } = context.settings as Settings;
  const prefix = longestPrefix(
    routes.map((each) => each.pathPrefix),
    request.path,
  );
  const found = routes.find((each) => each.pathPrefix === prefix);
  if (!found) throw new Problem('unknown_route', `${context.module} has no service for ${request.path}.`);
  if (found.methods && !found.methods.includes(request.method)) {
    throw new Problem('method_not_allowed', `${found.pathPrefix} takes ${found.methods.join(', ')}.`, {
      extra: { headers: { allow: found.methods.join(', ') } },
    });
  }
  for (const [key, bound] of [['all', globalRateLimit] as const, [found.pathPrefix, found.rateLimit] as const]) {
    if (bound) await takeFrom(context, `${key} ${request.network}`, { per_minute: bound.requestsPerMinute, burst: bound.burstSize });
  }
  const path = found.stripPrefix ? request.path.slice(found.pathPrefix.replace(/\/+$/, '').length) || '/' : request.path;
  return forward({ ...request, path }, context, found.backend, { timeout_ms: durationMs(found.timeout) });
}
