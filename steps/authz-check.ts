/** Goes on only when the caller, known from a middleware, may. */
import { z } from 'zod';
import { isJsonObject } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  permission: z.string().optional().describe('Permission that the token has to carry under permissions, scope or scopes, such as orders:validate.'),
  roles: z.array(z.string()).optional().describe('Roles of which the caller needs one.'),
  resource: z.string().optional().describe('For the reader: what is asked for.'),
  action: z.string().optional().describe('For the reader: what is to be done.'),
});

interface Input {
  permission?: string;
  roles?: string[];
  /** Who was signed in, and with what; never a token. */
  subject?: string;
  held: string[];
  held_roles: string[];
}

export const authzCheck = defineStep({
  type: 'step.authz_check',
  summary: 'Goes on only for a caller who may: by a role, or by a permission that the token carries. Others get 401 or 403. The role admin may everything.',
  pure: true,
  config,
  example: `
name: authorize
type: step.authz_check
config:
  permission: orders:validate
`,
  output: '{allowed: true, subject}',
  prepare(settings, scope) {
    const auth = isJsonObject(scope.context.trigger) && isJsonObject(scope.context.trigger.auth) ? scope.context.trigger.auth : undefined;
    const claims = auth && isJsonObject(auth.claims) ? auth.claims : {};
    const scopes = [claims.permissions, claims.scopes, typeof claims.scope === 'string' ? claims.scope.split(' ') : []]
      .flat()
      .filter((each): each is string => typeof each === 'string');
    return compact({
      permission: settings.permission,
      roles: settings.roles,
      subject: auth === undefined ? undefined : String(auth.subject),
      held: scopes,
      held_roles: auth && Array.isArray(auth.roles) ? auth.roles.map(String) : [],
    });
  },
  run({ permission, roles, subject, held, held_roles }: Input) {
    if (subject === undefined)
      return { kind: 'failed', error: errorInfo('unauthenticated', 'Nobody is signed in: put an auth middleware in front of the route.') };
    const byRole = held_roles.includes('admin') || (roles?.some((role) => held_roles.includes(role)) ?? false);
    const byPermission =
      permission !== undefined && held.some((each) => each === permission || each === '*' || (each.endsWith(':*') && permission.startsWith(each.slice(0, -1))));
    const nothingAsked = permission === undefined && roles === undefined;
    if (byRole || byPermission || nothingAsked) return { kind: 'completed', output: { allowed: true, subject } };
    return {
      kind: 'failed',
      error: errorInfo('forbidden', `This needs ${permission === undefined ? `one of the roles ${roles?.join(', ')}` : `the permission ${permission}`}.`),
    };
  },
});
