/** The page of the policy: every route with the role, the place and the scope that it needs. */
import { KEY_SCOPES } from '#contracts/access';
import { POLICY, type RouteName, requirementOf } from '#workers/api/policy';
import { WHERE } from '#workers/api/policy-words';

const NEEDED = {
  public: ['no key', '', ''],
  'signed-in': ['any key or session', 'about the caller alone', 'any'],
  platform: ['the key of the platform', '', ''],
  operator: ['the key of the platform, or a session of it', '', ''],
} as const;

export function accessPage(generated: string): string {
  const rows = (Object.keys(POLICY) as RouteName[]).map((route) => {
    const required = requirementOf(route);
    const [role, where, scope] =
      typeof required === 'string' ? NEEDED[required] : [required[0], WHERE[required[2]], required[1] ? `\`${required[1]}\`` : 'any'];
    return `| \`${route}\` | ${role} | ${where} | ${scope} |`;
  });
  return [
    generated,
    '# Who may call what',
    '',
    'Every route asks one table, `workers/api/policy.ts`, of which this page is made. The role is the least one: viewer, editor, admin, owner, each of which may do what those before it may. It holds where it was given and everywhere below: company, organization, project. A key that is limited to scopes needs the scope beside the role. How to give roles and make keys: [access](../access.md).',
    '',
    'What lies where the caller has no role is answered like what is not there, with 404. Where the role is too low, or a scope is missing, the answer is 403 `forbidden` and says what is needed.',
    '',
    '| Route under `/api/v1` | Least role | Where it has to hold | Scope |',
    '|---|---|---|---|',
    ...rows,
    '',
    `Scopes: ${KEY_SCOPES.map((scope) => `\`${scope}\``).join(', ')}.`,
    '',
  ].join('\n');
}
