/** Who may do what: a policy of roles, objects and actions. */
import { z } from 'zod';
import { isJsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  policy: z.enum(['rbac', 'acl']).default('rbac').describe('How rules are read: rbac by the roles of the caller, acl by the caller itself as well.'),
  rules_path: z.string().optional().describe('CSV file of rules: p, role, path or permission, method. A * at the end is any rest.'),
  rules: z.array(z.string()).optional().describe('Rules, as lines of that file.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const authzEnforcer = defineModule({
  type: 'authz.enforcer',
  summary:
    'Lets a signed-in caller through whose roles a rule allows the route; step.authz_check asks the same rules. Without rules every signed-in caller is let through.',
  config,
  ports: { offers: ['guard'], takes: [{ port: 'issuer' }] },
  files: ['rules_path'],
  around(use) {
    const { rules_path, rules } = use.settings as Settings;
    const file = rules_path === undefined ? undefined : use.file(rules_path);
    return { rules: [...(rules ?? []), ...(file?.split('\n') ?? [])].map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')) };
  },
  guard: {
    async before(request, { settings }) {
      const { auth } = request.trigger;
      if (!isJsonObject(auth)) throw new Problem('unauthenticated', 'Nobody is signed in: put an auth middleware before this one.');
      const roles = Array.isArray(auth.roles) ? auth.roles.map(String) : [];
      const who = (settings as Settings).policy === 'acl' ? [...roles, String(auth.subject)] : roles;
      if (!allowed((settings as Settings).rules ?? [], who, request.path, request.method))
        throw new Problem('forbidden', `No rule lets you ${request.method} ${request.path}.`);
      return undefined;
    },
  },
  example: `
name: authz
type: authz.enforcer
config:
  policy: rbac
  rules: ["p, admin, *, *", "p, user, /api/orders*, GET"]
`,
});

/** `p, who, object, action`; an object or action may end with a star. */
export function allowed(rules: readonly string[], who: readonly string[], object: string, action: string): boolean {
  if (rules.length === 0) return true;
  return rules.some((rule) => {
    const [kind, subject, target, verb] = rule.split(',').map((part) => part.trim());
    return kind === 'p' && (subject === '*' || who.includes(subject ?? '')) && matches(target ?? '', object) && matches(verb ?? '*', action);
  });
}

function matches(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern.toLowerCase() === text.toLowerCase();
}
