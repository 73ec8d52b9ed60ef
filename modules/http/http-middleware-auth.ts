/** Lets only those through whose token is good. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import { bearerClaims, bearerOf, callerOf, type Issuer } from '#modules/identity/bearer';

const config = z.strictObject({
  authType: z.enum(['Bearer', 'bearer']).default('Bearer').describe('How a caller shows who it is.'),
  secretKey: z.string().optional().describe(`Secret that tokens are signed with (HS256), such as \${JWT_SECRET}. Default: that of the auth.jwt module.`),
  secret: z.string().optional().describe('Another spelling of secretKey.'),
  issuer: z.string().optional().describe('Issuer that tokens have to name.'),
  audience: z.string().optional().describe('Audience that tokens have to name.'),
  roles: z.array(z.string()).optional().describe('Roles of which the caller needs one.'),
});

export const httpMiddlewareAuth = defineModule({
  type: 'http.middleware.auth',
  summary: 'Lets a request through whose bearer token is good; others get 401. The pipeline finds the caller under trigger.auth, never the token.',
  config,
  ports: { offers: ['guard'], takes: [{ port: 'issuer', required: true, unless: ['secretKey', 'secret'] }] },
  around(use): JsonObject {
    const issuer = use.near('auth.jwt', 'auth.m2m');
    return issuer
      ? {
          issued_by: {
            module: issuer.name,
            secret: issuer.settings.secret ?? '',
            issuer: issuer.settings.issuer ?? '',
            audience: issuer.settings.audience ?? '',
          },
        }
      : {};
  },
  guard: {
    presents: (request) => void bearerOf(request),
    async before(request, context) {
      const { secretKey, secret, issuer, audience, roles, issued_by } = context.settings as unknown as z.output<typeof config> & { issued_by?: Issuer };
      const own = secretKey ?? secret;
      const claims = await bearerClaims(request, context, own === undefined ? (issued_by ?? {}) : { secret: own, issuer, audience });
      const caller = callerOf(claims);
      const held = (caller.auth as { roles: unknown[] }).roles;
      if (roles && !roles.some((role) => held.includes(role))) {
        throw new Problem('forbidden', `This needs one of the roles ${roles.join(', ')}.`);
      }
      return { trigger: caller, user: String(claims.sub ?? '') };
    },
  },
  example: `
name: auth-middleware
type: http.middleware.auth
config:
  authType: Bearer
  secretKey: \${JWT_SECRET}
`,
});
