/**
 * Who may call what: one table, from route to the least role. A route that is not here cannot be mounted.
 *
 * `public` needs no key. `platform` needs the key of the platform's operator. A role is that of the caller in the
 * tenant it acts for; the operator's key is owner of every tenant.
 */
import type { Role } from '#contracts/access';

export type Requirement = 'public' | 'platform' | Role;

export const POLICY = {
  'POST /workflows': 'editor',
  'GET /workflows': 'viewer',
  'POST /workflows/validate': 'viewer',
  'GET /workflows/{workflow}': 'viewer',
  'PUT /workflows/{workflow}': 'editor',
  'DELETE /workflows/{workflow}': 'admin',
  'GET /workflows/{workflow}/versions': 'viewer',
  'GET /workflows/{workflow}/versions/{version}': 'viewer',

  'GET /workflows/{workflow}/versions/{version}/impact': 'viewer',
  'POST /workflows/{workflow}/versions/{version}/migrate': 'editor',

  'POST /deployments': 'editor',
  'GET /deployments': 'viewer',
  'GET /deployments/{deployment}': 'viewer',
  'GET /deployments/{deployment}/impact': 'viewer',
  'POST /deployments/{deployment}/promote': 'editor',
  'POST /deployments/{deployment}/rollback': 'editor',

  'GET /schedules': 'viewer',
  'POST /schedules/{workflow}/{schedule}/pause': 'editor',
  'POST /schedules/{workflow}/{schedule}/resume': 'editor',
  'POST /schedules/{workflow}/{schedule}/run': 'editor',

  'POST /executions': 'editor',
  'GET /executions': 'viewer',
  'POST /executions/bulk': 'editor',
  'GET /executions/bulk': 'viewer',
  'GET /executions/bulk/{job}': 'viewer',
  'POST /executions/bulk/{job}/cancel': 'editor',
  'GET /executions/live': 'viewer',
  'POST /executions/import': 'editor',
  'GET /executions/diff': 'viewer',
  'GET /executions/{execution}': 'viewer',
  'GET /executions/{execution}/timeline': 'viewer',
  'GET /executions/{execution}/events': 'viewer',
  'GET /executions/{execution}/logs': 'viewer',
  'GET /executions/{execution}/payloads/{sha256}': 'viewer',
  'GET /executions/{execution}/compensation-plan': 'viewer',
  'GET /executions/{execution}/export': 'viewer',
  'POST /executions/{execution}/cancel': 'editor',
  'POST /executions/{execution}/pause': 'editor',
  'POST /executions/{execution}/migrate': 'editor',
  'POST /executions/{execution}/resume': 'editor',
  'POST /executions/{execution}/signals/{signal}': 'editor',
  'GET /executions/{execution}/context': 'viewer',
  'POST /executions/{execution}/breakpoint': 'editor',
  'POST /executions/{execution}/rebuild': 'viewer',
  'POST /executions/{execution}/replay': 'editor',

  'GET /idempotency-keys/{idempotency_key}': 'viewer',

  'GET /dlq/stats': 'viewer',
  'GET /dlq/pipelines/{pipeline}': 'viewer',
  'GET /dlq/pipelines/{pipeline}/replay-all': 'viewer',
  'POST /dlq/pipelines/{pipeline}/replay-all': 'editor',
  'GET /dlq/pipelines/{pipeline}/{letter}': 'viewer',
  'POST /dlq/pipelines/{pipeline}/{letter}/replay': 'editor',
  'DELETE /dlq/pipelines/{pipeline}/{letter}': 'editor',
  'POST /pipelines/{pipeline}/breakpoints': 'editor',
  'GET /pipelines/{pipeline}/breakpoints': 'viewer',
  'DELETE /pipelines/{pipeline}/breakpoints': 'editor',
  'DELETE /pipelines/{pipeline}/breakpoints/{breakpoint}': 'editor',
  'POST /pipelines/{pipeline}/mock': 'editor',
  'GET /pipelines/{pipeline}/mock': 'viewer',
  'DELETE /pipelines/{pipeline}/mock': 'editor',
  'DELETE /pipelines/{pipeline}/mock/{step}': 'editor',

  'GET /machines': 'viewer',
  'GET /machines/{workflow}/{machine}': 'viewer',
  'GET /machines/{workflow}/{machine}/instances': 'viewer',
  'POST /machines/{workflow}/{machine}/instances': 'editor',
  'GET /machines/{workflow}/{machine}/instances/{instance}': 'viewer',
  'GET /machines/{workflow}/{machine}/instances/{instance}/history': 'viewer',
  'PUT /machines/{workflow}/{machine}/instances/{instance}/transition': 'editor',

  'GET /step-types': 'viewer',
  'GET /module-types': 'viewer',

  'POST /companies': 'platform',
  'GET /companies': 'viewer',
  'GET /tenants/{tenant}/regions': 'viewer',
  'PUT /tenants/{tenant}/regions': 'admin',
  'GET /audit': 'admin',
  'GET /audit/verify': 'admin',
  'GET /audit/export': 'admin',

  'GET /mails': 'admin',
  'GET /mailbox': 'owner',
  'GET /mailbox/{mail}': 'owner',

  'POST /secrets': 'admin',
  'GET /secrets': 'admin',
  'PUT /secrets/{name}': 'admin',
  'DELETE /secrets/{name}': 'admin',
  'POST /secrets/rotate': 'admin',
  'POST /api-keys': 'admin',
  'GET /api-keys': 'admin',
  'DELETE /api-keys/{key}': 'admin',
} as const satisfies Record<string, Requirement>;

export type RouteName = keyof typeof POLICY;
