/** All endpoints of `/api/v1`: what is mounted, and what is documented. */
import { BESIDE_ROUTES } from '#workers/api/audit-words';
import type { AnyEndpoint } from '#workers/api/endpoint';
import { accountAddressEndpoints } from '#workers/api/endpoints/account-address';
import { accountBeginningEndpoints } from '#workers/api/endpoints/account-beginnings';
import { accountPasswordEndpoints } from '#workers/api/endpoints/account-passwords';
import { accountSessionEndpoints } from '#workers/api/endpoints/account-sessions';
import { apiKeyEndpoints } from '#workers/api/endpoints/api-keys';
import { applicationLogEndpoints } from '#workers/api/endpoints/application-logs';
import { auditEndpoints } from '#workers/api/endpoints/audit';
import { authEndpoints } from '#workers/api/endpoints/auth';
import { breakpointEndpoints } from '#workers/api/endpoints/breakpoints';
import { bulkEndpoints } from '#workers/api/endpoints/bulk';
import { catalogEndpoints } from '#workers/api/endpoints/catalogs';
import { circuitBreakerEndpoints } from '#workers/api/endpoints/circuit-breakers';
import { companyEndpoints } from '#workers/api/endpoints/companies';
import { companySecurityEndpoints } from '#workers/api/endpoints/company-security';
import { compensationPlanEndpoints } from '#workers/api/endpoints/compensation-plan';
import { costEndpoints } from '#workers/api/endpoints/cost';
import { deadLetterEndpoints } from '#workers/api/endpoints/dead-letters';
import { deploymentEndpoints } from '#workers/api/endpoints/deployments';
import { egressEndpoints } from '#workers/api/endpoints/egress';
import { erasureEndpoints } from '#workers/api/endpoints/erasure';
import { executionControlEndpoints } from '#workers/api/endpoints/execution-control';
import { executionDiffEndpoints } from '#workers/api/endpoints/execution-diff';
import { executionExportEndpoints } from '#workers/api/endpoints/execution-export';
import { executionHoldEndpoints } from '#workers/api/endpoints/execution-hold';
import { executionImportEndpoints } from '#workers/api/endpoints/execution-import';
import { executionReadEndpoints } from '#workers/api/endpoints/execution-reads';
import { executionReplayEndpoints } from '#workers/api/endpoints/execution-replay';
import { executionSignalEndpoints } from '#workers/api/endpoints/execution-signals';
import { executionEndpoints } from '#workers/api/endpoints/executions';
import { idempotencyKeyEndpoints } from '#workers/api/endpoints/idempotency-keys';
import { identityProviderEndpoints } from '#workers/api/endpoints/identity-providers';
import { impactEndpoints } from '#workers/api/endpoints/impact';
import { invitationEndpoints } from '#workers/api/endpoints/invitations';
import { logEndpoints } from '#workers/api/endpoints/logs';
import { machineEndpoints } from '#workers/api/endpoints/machines';
import { mailEndpoints } from '#workers/api/endpoints/mails';
import { memberEndpoints } from '#workers/api/endpoints/members';
import { metricsEndpoints } from '#workers/api/endpoints/metrics';
import { migrationEndpoints } from '#workers/api/endpoints/migrations';
import { mockEndpoints } from '#workers/api/endpoints/mocks';
import { movingEndpoints } from '#workers/api/endpoints/moving';
import { projectEndpoints } from '#workers/api/endpoints/projects';
import { quotaEndpoints } from '#workers/api/endpoints/quotas';
import { regionEndpoints } from '#workers/api/endpoints/regions';
import { retentionEndpoints } from '#workers/api/endpoints/retention';
import { scheduleEndpoints } from '#workers/api/endpoints/schedules';
import { secondFactorEndpoints } from '#workers/api/endpoints/second-factor';
import { secretProviderEndpoints } from '#workers/api/endpoints/secret-providers';
import { secretEndpoints } from '#workers/api/endpoints/secrets';
import { serviceAccountEndpoints } from '#workers/api/endpoints/service-accounts';
import { tenantExportEndpoints } from '#workers/api/endpoints/tenant-export';
import { topicEndpoints } from '#workers/api/endpoints/topics';
import { trialEndpoints } from '#workers/api/endpoints/trials';
import { userEndpoints } from '#workers/api/endpoints/users';
import { workflowVersionEndpoints } from '#workers/api/endpoints/workflow-versions';
import { workflowEndpoints } from '#workers/api/endpoints/workflows';

/** In the order in which they are matched and documented. */
export const ENDPOINTS: readonly AnyEndpoint[] = [
  ...workflowEndpoints,
  ...workflowVersionEndpoints,
  ...trialEndpoints,
  ...deploymentEndpoints,
  ...scheduleEndpoints,
  ...topicEndpoints,
  ...logEndpoints,
  ...applicationLogEndpoints,
  ...impactEndpoints,
  ...migrationEndpoints,
  ...executionEndpoints,
  ...bulkEndpoints,
  ...executionDiffEndpoints,
  ...executionImportEndpoints,
  ...executionReadEndpoints,
  ...executionControlEndpoints,
  ...compensationPlanEndpoints,
  ...executionExportEndpoints,
  ...executionSignalEndpoints,
  ...executionHoldEndpoints,
  ...executionReplayEndpoints,
  ...idempotencyKeyEndpoints,
  ...deadLetterEndpoints,
  ...breakpointEndpoints,
  ...mockEndpoints,
  ...machineEndpoints,
  ...circuitBreakerEndpoints,
  ...metricsEndpoints,
  ...costEndpoints,
  ...catalogEndpoints,
  ...companyEndpoints,
  ...regionEndpoints,
  ...quotaEndpoints,
  ...egressEndpoints,
  ...retentionEndpoints,
  ...companySecurityEndpoints,
  ...movingEndpoints,
  ...tenantExportEndpoints,
  ...erasureEndpoints,
  ...projectEndpoints,
  ...memberEndpoints,
  ...invitationEndpoints,
  ...serviceAccountEndpoints,
  ...apiKeyEndpoints,
  ...authEndpoints,
  ...accountBeginningEndpoints,
  ...accountPasswordEndpoints,
  ...accountAddressEndpoints,
  ...accountSessionEndpoints,
  ...secondFactorEndpoints,
  ...userEndpoints,
  ...identityProviderEndpoints,
  ...mailEndpoints,
  ...secretEndpoints,
  ...secretProviderEndpoints,
  ...auditEndpoints(wordsOf),
];

export const API_PREFIX = '/api/v1';

const SUMMARIES: ReadonlyMap<string, string> = new Map(ENDPOINTS.map(({ route, summary }) => [route, summary]));

/** What an entry of the audit log says was done, in words. */
function wordsOf(action: string): string | undefined {
  return SUMMARIES.get(action) ?? BESIDE_ROUTES[action];
}
