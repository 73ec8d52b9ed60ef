/** What stands in front of routes and adds to their answers: origins, ids, limits, security headers, a line in the log. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';

// --- cors -----------------------------------------------------------------------------------------

const corsConfig = z.strictObject({
  allowedOrigins: z.array(z.string()).default(['*']).describe('Origins whose pages may read the answers; * is all of them.'),
  allowedMethods: z.array(z.string()).default(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).describe('Methods that such pages may use.'),
  allowedHeaders: z.array(z.string()).default(['Content-Type', 'Authorization']).describe('Headers that such pages may send.'),
  exposedHeaders: z.array(z.string()).default(['X-Execution-Id', 'X-Request-Id']).describe('Headers of the answer that such pages may read.'),
  allowCredentials: z.boolean().default(false).describe('Whether cookies go along. Then an origin has to be named; * alone does not do.'),
  maxAge: z.number().int().min(0).optional().describe('How long the browser may remember what it may, seconds.'),
});

function corsHeaders(request: DoorRequest, { settings }: DoorContext): Record<string, string> {
  const config = settings as z.output<typeof corsConfig>;
  const origin = request.headers.get('origin');
  if (origin === null) return {};
  const any = config.allowedOrigins.includes('*');
  if (!any && !config.allowedOrigins.some((allowed) => originMatches(allowed, origin))) return { vary: 'Origin' };
  return {
    'access-control-allow-origin': any && !config.allowCredentials ? '*' : origin,
    vary: 'Origin',
    ...(config.allowCredentials && !any ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(config.exposedHeaders.length > 0 ? { 'access-control-expose-headers': config.exposedHeaders.join(', ') } : {}),
  };
}

/** `https://*.example.com` is every host below. */
function originMatches(allowed: string, origin: string): boolean {
  if (allowed === origin) return true;
  const [before, after, ...more] = allowed.split('*.');
  return after !== undefined && more.length === 0 && origin.startsWith(before!) && origin.endsWith(`.${after}`) && !origin.slice(before!.length).includes('/');
}

export const httpMiddlewareCors = defineModule({
  type: 'http.middleware.cors',
  summary: 'Lets pages of other origins read the answers, and answers the browser that asks before (OPTIONS).',
  config: corsConfig,
  guard: {
    after: (request, _, context) => corsHeaders(request, context),
    preflight(request, context) {
      if (request.headers.get('access-control-request-method') === null) return undefined;
      const { allowedMethods, allowedHeaders, maxAge } = context.settings as z.output<typeof corsConfig>;
      const allowed = corsHeaders(request, context);
      const permits = allowed['access-control-allow-origin'] !== undefined;
      return new Response(null, {
        status: 204,
        headers: {
          ...allowed,
          ...(permits ? { 'access-control-allow-methods': allowedMethods.join(', '), 'access-control-allow-headers': allowedHeaders.join(', ') } : {}),
          ...(permits && maxAge !== undefined ? { 'access-control-max-age': String(maxAge) } : {}),
        },
      });
    },
  },
  example: `
name: cors
type: http.middleware.cors
config:
  allowedOrigins: [https://shop.example.com]
  maxAge: 3600
`,
});

// --- request id -----------------------------------------------------------------------------------

const REQUEST_ID = /^[\w.:-]{1,128}$/;

export const httpMiddlewareRequestid = defineModule({
  type: 'http.middleware.requestid',
  summary: 'Gives every request an id, or keeps the one it came with, and sends it back as X-Request-Id. The trigger has it as request_id.',
  config: z.strictObject({
    header: z
      .string()
      .regex(/^[\w-]+$/)
      .default('X-Request-Id')
      .describe('Name of the header.'),
  }),
  guard: {
    async before(request, { settings }) {
      const given = request.headers.get(String(settings.header)) ?? '';
      const id = REQUEST_ID.test(given) ? given : crypto.randomUUID();
      return { trigger: { request_id: id }, headers: { [String(settings.header).toLowerCase()]: id } };
    },
  },
  example: `
name: request-id
type: http.middleware.requestid
config: {}
`,
});

// --- rate limit -----------------------------------------------------------------------------------

const rateConfig = z.strictObject({
  requestsPerMinute: z.number().min(1).max(100_000).default(60).describe('Requests that come back each minute, for each client.'),
  requestsPerHour: z.number().min(1).max(1_000_000).optional().describe('Instead of requestsPerMinute: requests that come back each hour.'),
  burstSize: z.number().int().min(1).max(100_000).default(10).describe('Requests that a client may make at once.'),
  by: z
    .enum(['client', 'user', 'application'])
    .default('client')
    .describe('Whose requests are counted together: those of an address, of a signed-in user, or all.'),
});

export const httpMiddlewareRatelimit = defineModule({
  type: 'http.middleware.ratelimit',
  summary: 'Bounds how often a client may ask. Beyond it the answer is 429 with Retry-After.',
  config: rateConfig,
  guard: {
    async before(request, context) {
      const { requestsPerMinute, requestsPerHour, burstSize, by } = context.settings as z.output<typeof rateConfig>;
      const per_minute = requestsPerHour === undefined ? requestsPerMinute : requestsPerHour / 60;
      const key = by === 'application' ? 'all' : by === 'user' ? (request.user ?? request.client) : request.client;
      const taken = await context.limits.take(key, { per_minute, burst: burstSize });
      const headers = { 'x-ratelimit-limit': String(burstSize), 'x-ratelimit-remaining': String(taken.remaining) };
      if (taken.allowed) return { headers };
      throw new Problem('rate_limited', `At most ${per_minute} requests a minute, ${burstSize} of them at once. Ask again in ${taken.retry_after_s} s.`, {
        extra: { headers: { ...headers, 'retry-after': String(taken.retry_after_s) } },
      });
    },
  },
  example: `
name: rate-limiter
type: http.middleware.ratelimit
config:
  requestsPerMinute: 300
  burstSize: 50
`,
});

// --- logging --------------------------------------------------------------------------------------

export const httpMiddlewareLogging = defineModule({
  type: 'http.middleware.logging',
  summary: 'Writes a line for each request: method, path, status. Never headers or bodies.',
  config: z.strictObject({
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('warn and error: only answers from 400, or 500, are written.'),
  }),
  guard: {
    after(request, answer, { log, settings }) {
      const least = settings.logLevel === 'error' ? 500 : settings.logLevel === 'warn' ? 400 : 0;
      if (answer.status >= least) log(answer.status >= 500 ? 'warn' : 'info', 'request', { method: request.method, path: request.path, status: answer.status });
      return {};
    },
  },
  example: `
name: logging
type: http.middleware.logging
config:
  logLevel: info
`,
});

// --- security headers -----------------------------------------------------------------------------

const securityConfig = z.strictObject({
  contentSecurityPolicy: z.string().optional().describe('Content-Security-Policy.'),
  frameOptions: z.string().default('DENY').describe('X-Frame-Options.'),
  contentTypeOptions: z.string().default('nosniff').describe('X-Content-Type-Options.'),
  hstsMaxAge: z.number().int().min(0).default(31_536_000).describe('How long browsers use HTTPS only, seconds; 0: no such header.'),
  referrerPolicy: z.string().default('strict-origin-when-cross-origin').describe('Referrer-Policy.'),
  permissionsPolicy: z.string().optional().describe('Permissions-Policy.'),
});

export const httpMiddlewareSecurityheaders = defineModule({
  type: 'http.middleware.securityheaders',
  summary: 'Adds the headers that make browsers careful: content policy, frames, types, referrer, HTTPS only.',
  config: securityConfig,
  guard: {
    after(_, __, { settings }) {
      const config = settings as z.output<typeof securityConfig>;
      return {
        'x-frame-options': config.frameOptions,
        'x-content-type-options': config.contentTypeOptions,
        'referrer-policy': config.referrerPolicy,
        ...(config.contentSecurityPolicy ? { 'content-security-policy': config.contentSecurityPolicy } : {}),
        ...(config.permissionsPolicy ? { 'permissions-policy': config.permissionsPolicy } : {}),
        ...(config.hstsMaxAge > 0 ? { 'strict-transport-security': `max-age=${config.hstsMaxAge}; includeSubDomains` } : {}),
      };
    },
  },
  example: `
name: security-headers
type: http.middleware.securityheaders
config:
  contentSecurityPolicy: default-src 'self'
`,
});
