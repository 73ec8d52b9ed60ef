/**
 * Accounts of an application: register, sign in, tokens, profile. What they do stands in `accounts/`.
 *
 * 1. Everything happens at the door: passwords and tokens are in no log and no execution.
 * 2. Passwords are kept as salted scrypt hashes; refresh tokens as SHA-256, each good for one use. An access token that signs
 *    out is refused from then on.
 * 3. A wrong name and a wrong password look the same, and take the same time.
 * 4. After five failures an account waits, longer each time; the count is on disk, so that waiting for a restart does not help.
 */
import { defineModule } from '#modules/define-module';
import { serve } from '#modules/identity/accounts/actions';
import { FAILURES_TABLE } from '#modules/identity/accounts/failures';
import { SESSIONS_TABLE } from '#modules/identity/accounts/sessions';
import { config, issuerOf } from '#modules/identity/accounts/settings';
import { USERS_TABLE } from '#modules/identity/accounts/users';
import { bearerClaims, bearerOf, callerOf } from '#modules/identity/bearer';

export const authJwt = defineModule({
  type: 'auth.jwt',
  summary:
    'Accounts with passwords and signed tokens: /auth/register, login, refresh, logout, me, profile and users. As a middleware it lets only signed-in callers through.',
  config,
  ports: { offers: ['requests', 'guard', 'issuer'], takes: [{ port: 'routes' }, { port: 'accounts' }] },
  files: ['seedFile'],
  notices: ({ secret }) =>
    typeof secret === 'string' && !secret.includes('${') && secret.length < 16
      ? [
          {
            severity: 'warning',
            setting: 'secret',
            message: 'A secret of fewer than 16 characters can be guessed.',
            hint: `Write \${JWT_SECRET}, and set it as a secret of the tenant.`,
          },
        ]
      : [],
  mounts: () => [
    { method: 'POST', path: '/auth/register' },
    { method: 'POST', path: '/auth/login' },
    { method: 'POST', path: '/auth/refresh' },
    { method: 'POST', path: '/auth/logout' },
    { method: 'GET', path: '/auth/me' },
    { method: 'GET', path: '/auth/profile' },
    { method: 'PUT', path: '/auth/profile' },
    { method: 'GET', path: '/auth/users' },
  ],
  door: { tables: [USERS_TABLE, SESSIONS_TABLE, FAILURES_TABLE], serve },
  guard: {
    presents: (request) => void bearerOf(request),
    async before(request, context) {
      const claims = await bearerClaims(request, context, issuerOf(context));
      return { trigger: callerOf(claims), user: String(claims.sub ?? '') };
    },
  },
  example: `
name: auth
type: auth.jwt
config:
  secret: \${JWT_SECRET}
  tokenExpiry: 24h
  issuer: shop
`,
});
