/**
 * Who may call what: one table, from route to the least role, the scope that a limited key needs, and the place that the
 * role has to hold in. A route that is not here cannot be mounted.
 *
 * `public` needs no key. `signed-in` needs one, or a session, and no role: it is about the caller alone. `platform` needs the key
 * of the platform's operator, which is owner of every tenant; `operator` takes a session that was opened with it as well, for reading.
 */
import type { KeyScope, Role } from '#contracts/access';

/**
 * Where the role has to hold.
 * - `any`: anywhere; the answer is the same for all.
 * - `seen`: anywhere; the answer holds what lies in the projects where it does.
 * - `company`, `organization`, `project`, `workflow`, `deployment`, `execution`, `job`: in that of the path.
 * - `pipeline`: in the project of the pipeline that the path names.
 * - `named`: in the place that the body or query names, or that what the path names belongs to.
 */
export type At = 'any' | 'seen' | 'company' | 'organization' | 'project' | 'workflow' | 'deployment' | 'execution' | 'job' | 'pipeline' | 'named';

/** `null` for the scope: every key will do. */
export type Requirement = 'public' | 'signed-in' | 'platform' | 'operator' | readonly [least: Role, scope: KeyScope | null, at: At];

export const POLICY = {
  'POST /workflows': ['editor', 'workflows:write', 'named'],
  'GET /workflows': ['viewer', 'workflows:read', 'seen'],
  'POST /workflows/validate': ['viewer', 'workflows:read', 'any'],
  'POST /workflows/try': ['editor', 'workflows:write', 'any'],
  'GET /workflows/{workflow}': ['viewer', 'workflows:read', 'workflow'],
  'PUT /workflows/{workflow}': ['editor', 'workflows:write', 'workflow'],
  'DELETE /workflows/{workflow}': ['admin', 'workflows:write', 'workflow'],
  'GET /workflows/{workflow}/versions': ['viewer', 'workflows:read', 'workflow'],
  'GET /workflows/{workflow}/versions/{version}': ['viewer', 'workflows:read', 'workflow'],

  'PUT /workflows/{workflow}/project': ['admin', 'workflows:write', 'workflow'],
  'GET /workflows/{workflow}/versions/{version}/impact': ['viewer', 'workflows:read', 'workflow'],
  'POST /workflows/{workflow}/versions/{version}/migrate': ['editor', 'executions:write', 'workflow'],

  'GET /logs': ['viewer', 'executions:read', 'seen'],
  'GET /logs/live': ['viewer', 'executions:read', 'seen'],
  'GET /workflows/{workflow}/logs': ['viewer', 'executions:read', 'workflow'],
  'GET /workflows/{workflow}/traces': ['viewer', 'executions:read', 'workflow'],

  'POST /deployments': ['editor', 'workflows:deploy', 'named'],
  'GET /deployments': ['viewer', 'workflows:read', 'seen'],
  'GET /deployments/{deployment}': ['viewer', 'workflows:read', 'deployment'],
  'GET /deployments/{deployment}/impact': ['viewer', 'workflows:read', 'deployment'],
  'POST /deployments/{deployment}/promote': ['editor', 'workflows:deploy', 'deployment'],
  'POST /deployments/{deployment}/rollback': ['editor', 'workflows:deploy', 'deployment'],

  'GET /topics': ['viewer', 'workflows:read', 'seen'],
  'POST /topics/{topic}/events': ['editor', 'executions:write', 'company'],

  'GET /schedules': ['viewer', 'schedules:read', 'seen'],
  'POST /schedules/{workflow}/{schedule}/pause': ['editor', 'schedules:write', 'workflow'],
  'POST /schedules/{workflow}/{schedule}/resume': ['editor', 'schedules:write', 'workflow'],
  'POST /schedules/{workflow}/{schedule}/run': ['editor', 'schedules:write', 'workflow'],

  'POST /executions': ['editor', 'executions:write', 'named'],
  'GET /executions': ['viewer', 'executions:read', 'seen'],
  'POST /executions/bulk': ['editor', 'executions:write', 'seen'],
  'GET /executions/bulk': ['viewer', 'executions:read', 'seen'],
  'GET /executions/bulk/{job}': ['viewer', 'executions:read', 'job'],
  'POST /executions/bulk/{job}/cancel': ['editor', 'executions:write', 'job'],
  'GET /executions/live': ['viewer', 'executions:read', 'seen'],
  'POST /executions/import': ['editor', 'executions:write', 'company'],
  'GET /executions/diff': ['viewer', 'executions:read', 'named'],
  'GET /executions/{execution}': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/timeline': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/events': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/logs': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/payloads/{sha256}': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/compensation-plan': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/cost': ['viewer', 'executions:read', 'execution'],
  'GET /executions/{execution}/export': ['viewer', 'executions:read', 'execution'],
  'POST /executions/{execution}/cancel': ['editor', 'executions:write', 'execution'],
  'POST /executions/{execution}/pause': ['editor', 'executions:write', 'execution'],
  'POST /executions/{execution}/migrate': ['editor', 'executions:write', 'execution'],
  'POST /executions/{execution}/resume': ['editor', 'executions:write', 'execution'],
  'POST /executions/{execution}/signals/{signal}': ['editor', 'executions:write', 'execution'],
  'GET /executions/{execution}/context': ['viewer', 'executions:read', 'execution'],
  'POST /executions/{execution}/breakpoint': ['editor', 'debugging:write', 'execution'],
  'POST /executions/{execution}/rebuild': ['viewer', 'executions:read', 'execution'],
  'POST /executions/{execution}/replay': ['editor', 'executions:write', 'execution'],

  'GET /idempotency-keys': ['viewer', 'executions:read', 'seen'],
  'GET /idempotency-keys/{idempotency_key}': ['viewer', 'executions:read', 'named'],
  'POST /idempotency-keys/{idempotency_key}/release': ['editor', 'executions:write', 'named'],
  'POST /executions/{execution}/release-key': ['editor', 'executions:write', 'execution'],

  'GET /dlq/stats': ['viewer', 'dead-letters:read', 'seen'],
  'GET /dlq/pipelines/{pipeline}': ['viewer', 'dead-letters:read', 'pipeline'],
  'GET /dlq/pipelines/{pipeline}/replay-all': ['viewer', 'dead-letters:read', 'pipeline'],
  'POST /dlq/pipelines/{pipeline}/replay-all': ['editor', 'dead-letters:write', 'pipeline'],
  'GET /dlq/pipelines/{pipeline}/{letter}': ['viewer', 'dead-letters:read', 'pipeline'],
  'POST /dlq/pipelines/{pipeline}/{letter}/replay': ['editor', 'dead-letters:write', 'pipeline'],
  'DELETE /dlq/pipelines/{pipeline}/{letter}': ['editor', 'dead-letters:write', 'pipeline'],
  'GET /breakpoints': ['viewer', 'debugging:read', 'seen'],
  'GET /mocks': ['viewer', 'debugging:read', 'seen'],
  'POST /pipelines/{pipeline}/breakpoints': ['editor', 'debugging:write', 'pipeline'],
  'GET /pipelines/{pipeline}/breakpoints': ['viewer', 'debugging:read', 'pipeline'],
  'DELETE /pipelines/{pipeline}/breakpoints': ['editor', 'debugging:write', 'pipeline'],
  'DELETE /pipelines/{pipeline}/breakpoints/{breakpoint}': ['editor', 'debugging:write', 'pipeline'],
  'POST /pipelines/{pipeline}/mock': ['editor', 'debugging:write', 'pipeline'],
  'GET /pipelines/{pipeline}/mock': ['viewer', 'debugging:read', 'pipeline'],
  'DELETE /pipelines/{pipeline}/mock': ['editor', 'debugging:write', 'pipeline'],
  'DELETE /pipelines/{pipeline}/mock/{step}': ['editor', 'debugging:write', 'pipeline'],

  'GET /machines': ['viewer', 'machines:read', 'seen'],
  'GET /machines/{workflow}/{machine}': ['viewer', 'machines:read', 'workflow'],
  'GET /machines/{workflow}/{machine}/instances': ['viewer', 'machines:read', 'workflow'],
  'POST /machines/{workflow}/{machine}/instances': ['editor', 'machines:write', 'workflow'],
  'GET /machines/{workflow}/{machine}/instances/{instance}': ['viewer', 'machines:read', 'workflow'],
  'GET /machines/{workflow}/{machine}/instances/{instance}/history': ['viewer', 'machines:read', 'workflow'],
  'PUT /machines/{workflow}/{machine}/instances/{instance}/transition': ['editor', 'machines:write', 'workflow'],

  'GET /circuit-breakers': ['viewer', 'executions:read', 'company'],
  'GET /circuit-breakers/{breaker}': ['viewer', 'executions:read', 'company'],
  'POST /circuit-breakers/{breaker}': ['editor', 'executions:write', 'company'],

  'GET /dashboard/metrics': ['viewer', 'executions:read', 'seen'],
  'GET /metrics': ['viewer', 'executions:read', 'seen'],

  'GET /step-types': ['viewer', null, 'any'],
  'GET /module-types': ['viewer', null, 'any'],

  'POST /companies': 'platform',
  'GET /companies': ['viewer', null, 'any'],
  'GET /tenants/{tenant}/regions': ['viewer', 'regions:read', 'company'],
  'PUT /tenants/{tenant}/regions': ['admin', 'regions:write', 'company'],
  'POST /tenants/{tenant}/regions/{region}/clear': ['owner', 'regions:write', 'company'],
  'GET /tenants/{tenant}/cost': ['viewer', 'executions:read', 'company'],
  'GET /tenants/{tenant}/quota': ['viewer', 'executions:read', 'company'],
  'PUT /tenants/{tenant}/quota': 'platform',
  'GET /tenants/{tenant}/usage': ['viewer', 'executions:read', 'company'],
  'GET /tenants/{tenant}/egress': ['viewer', 'security:read', 'company'],
  'PUT /tenants/{tenant}/egress': ['admin', 'security:write', 'company'],
  'GET /tenants/{tenant}/retention': ['viewer', 'security:read', 'company'],
  'PUT /tenants/{tenant}/retention': ['owner', 'security:write', 'company'],
  'POST /tenants/{tenant}/retention/preview': ['viewer', 'security:read', 'company'],
  'GET /tenants/{tenant}/security': ['admin', 'security:read', 'company'],
  'PUT /tenants/{tenant}/security': ['owner', 'security:write', 'company'],
  'POST /tenants/{tenant}/move': ['owner', 'regions:write', 'company'],
  'GET /tenants/{tenant}/move': ['viewer', 'regions:read', 'company'],
  'DELETE /tenants/{tenant}/move': ['owner', 'regions:write', 'company'],
  'POST /tenants/{tenant}/export': ['owner', 'regions:write', 'company'],
  'GET /tenants/{tenant}/export': ['owner', 'regions:read', 'company'],
  'DELETE /tenants/{tenant}/export': ['owner', 'regions:write', 'company'],
  'GET /tenants/{tenant}/export/download': ['owner', 'regions:write', 'company'],
  'POST /tenants/{tenant}/erasure': ['owner', 'regions:write', 'company'],
  'GET /tenants/{tenant}/erasure': ['owner', 'regions:read', 'company'],
  'GET /erasures': 'operator',
  'GET /audit': ['admin', 'audit:read', 'company'],
  'GET /audit/verify': ['admin', 'audit:read', 'company'],
  'GET /audit/export': ['admin', 'audit:read', 'company'],

  'POST /secrets': ['admin', 'secrets:write', 'company'],
  'GET /secrets': ['admin', 'secrets:read', 'company'],
  'PUT /secrets/{name}': ['admin', 'secrets:write', 'company'],
  'DELETE /secrets/{name}': ['admin', 'secrets:write', 'company'],
  'POST /secrets/rotate': ['admin', 'secrets:write', 'company'],
  'GET /secret-providers': ['admin', 'secrets:read', 'company'],
  'POST /secret-providers': ['admin', 'secrets:write', 'company'],
  'PUT /secret-providers/{store}': ['admin', 'secrets:write', 'company'],
  'POST /secret-providers/{store}/check': ['admin', 'secrets:read', 'company'],
  'DELETE /secret-providers/{store}': ['admin', 'secrets:write', 'company'],
  'POST /api-keys': ['admin', 'api-keys:write', 'named'],
  'GET /api-keys': ['admin', 'api-keys:read', 'named'],
  'DELETE /api-keys/{key}': ['admin', 'api-keys:write', 'named'],
  'GET /api-keys/{key}': ['admin', 'api-keys:read', 'named'],
  'POST /api-keys/{key}/rotate': ['admin', 'api-keys:write', 'named'],

  'POST /auth/login': 'public',
  'POST /auth/session': 'public',
  'POST /auth/refresh': 'public',
  'POST /auth/logout': 'signed-in',
  'GET /auth/me': 'signed-in',
  'PUT /auth/me': 'signed-in',
  'GET /auth/ways': 'public',
  'POST /auth/verify/send': 'public',
  'POST /auth/verify': 'public',
  'POST /auth/email': 'signed-in',
  'POST /auth/email/confirm': 'public',
  'POST /auth/password/forgot': 'public',
  'POST /auth/password/reset': 'public',
  'PUT /auth/password': 'signed-in',
  'POST /auth/owner-link': 'platform',
  'POST /auth/owner': 'public',
  'GET /auth/invitation': 'public',
  'POST /auth/invitation': 'public',
  'GET /auth/sessions': 'signed-in',
  'DELETE /auth/sessions': 'signed-in',
  'DELETE /auth/sessions/{session}': 'signed-in',
  'GET /auth/second-factor': 'signed-in',
  'POST /auth/second-factor': 'signed-in',
  'POST /auth/second-factor/confirm': 'signed-in',
  'POST /auth/second-factor/remove': 'signed-in',
  'POST /auth/second-factor/recovery-codes': 'signed-in',

  'GET /users': ['admin', 'members:read', 'company'],
  'POST /users/{user}/disable': ['admin', 'members:write', 'company'],
  'POST /users/{user}/enable': ['admin', 'members:write', 'company'],
  'DELETE /users/{user}/second-factor': ['admin', 'members:write', 'company'],
  'DELETE /users/{user}': ['admin', 'members:write', 'company'],

  'GET /identity-providers': ['admin', 'sign-in:read', 'company'],
  'POST /identity-providers': ['owner', 'sign-in:write', 'company'],
  'PUT /identity-providers/{provider}': ['owner', 'sign-in:write', 'company'],
  'DELETE /identity-providers/{provider}': ['owner', 'sign-in:write', 'company'],

  'GET /mails': ['admin', 'mail:read', 'company'],
  'GET /mailbox': ['owner', 'mail:read', 'company'],
  'GET /mailbox/{mail}': ['owner', 'mail:read', 'company'],

  'GET /organizations': ['viewer', 'projects:read', 'seen'],
  'POST /organizations': ['admin', 'projects:write', 'company'],
  'GET /organizations/{organization}': ['viewer', 'projects:read', 'organization'],
  'PUT /organizations/{organization}': ['admin', 'projects:write', 'organization'],
  'DELETE /organizations/{organization}': ['admin', 'projects:write', 'company'],
  'GET /projects': ['viewer', 'projects:read', 'seen'],
  'POST /projects': ['admin', 'projects:write', 'named'],
  'GET /projects/{project}': ['viewer', 'projects:read', 'project'],
  'PUT /projects/{project}': ['admin', 'projects:write', 'project'],
  'DELETE /projects/{project}': ['admin', 'projects:write', 'project'],

  'GET /members': ['viewer', 'members:read', 'company'],
  'GET /members/{member}': ['viewer', 'members:read', 'company'],
  'PUT /members/{member}': ['admin', 'members:write', 'company'],
  'DELETE /members/{member}': ['admin', 'members:write', 'company'],
  'GET /organizations/{organization}/members': ['viewer', 'members:read', 'organization'],
  'PUT /organizations/{organization}/members/{member}': ['admin', 'members:write', 'organization'],
  'DELETE /organizations/{organization}/members/{member}': ['admin', 'members:write', 'organization'],
  'GET /projects/{project}/members': ['viewer', 'members:read', 'project'],
  'PUT /projects/{project}/members/{member}': ['admin', 'members:write', 'project'],
  'DELETE /projects/{project}/members/{member}': ['admin', 'members:write', 'project'],
  'POST /invitations': ['admin', 'members:write', 'named'],
  'POST /invitations/bulk': ['admin', 'members:write', 'named'],
  'GET /invitations': ['admin', 'members:read', 'named'],
  'DELETE /invitations/{invitation}': ['admin', 'members:write', 'named'],
  'POST /service-accounts': ['admin', 'members:write', 'company'],
  'GET /service-accounts': ['viewer', 'members:read', 'company'],
  'GET /service-accounts/{account}': ['viewer', 'members:read', 'company'],
  'DELETE /service-accounts/{account}': ['admin', 'members:write', 'company'],
} as const satisfies Record<string, Requirement>;

export type RouteName = keyof typeof POLICY;

export function requirementOf(route: RouteName): Requirement {
  return POLICY[route];
}
