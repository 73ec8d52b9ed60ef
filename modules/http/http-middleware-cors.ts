/** Pages of other origins. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';

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
  ports: { offers: ['guard'] },
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
