/** Shapes of the API's answers, as contracts describe them. Types only: the schemas stay out of the pages. */
import type { z } from 'zod';
import type { workflowSchema, workflowVersionDetailSchema, workflowVersionSchema } from '#contracts/api';
import type {
  apiKeyCreatedSchema,
  apiKeySchema,
  invitationListSchema,
  invitationMadeSchema,
  invitationSchema,
  memberSchema,
  organizationSchema,
  projectSchema,
  serviceAccountSchema,
} from '#contracts/api-access';
import type { applicationLogPage } from '#contracts/api-application-logs';
import type { auditEntrySchema } from '#contracts/api-audit';
import type { breakerDetailsSchema, breakerPage, breakerSchema } from '#contracts/api-circuit-breakers';
import type { companySecuritySchema } from '#contracts/api-company-security';
import type { deadLetterDetail, deadLetterSchema, deadLetterStats, replayAllSchema } from '#contracts/api-dead-letters';
import type { erasureCertificateSchema, erasureSchema } from '#contracts/api-erasure';
import type { idempotencyKeyPage, idempotencyKeySchema, listedKeySchema } from '#contracts/api-idempotency';
import type { invitedSchema, meSchema, secondFactorSchema, sessionSchema, userSchema } from '#contracts/api-identity';
import type { identityProviderSchema, signInWaysSchema } from '#contracts/api-identity-providers';
import type { logSearchPage } from '#contracts/api-logs';
import type { machineHistoryPage, machineInstancePage, machineInstanceSchema, machineSchema, machineSummarySchema } from '#contracts/api-machines';
import type { mailboxEntrySchema } from '#contracts/api-mail';
import type { moveSchema } from '#contracts/api-moving';
import type { tenantQuotaSchema, usageSchema } from '#contracts/api-quotas';
import type { clearedRegionSchema, tenantRegionsSchema } from '#contracts/api-regions';
import type { retentionSchema } from '#contracts/api-retention';
import type { scheduleSchema } from '#contracts/api-schedules';
import type { secretProviderSchema } from '#contracts/api-secret-providers';
import type { secretSchema } from '#contracts/api-secrets';
import type { tenantExportSchema } from '#contracts/api-tenant-export';
import type { eventSchema, logLineSchema } from '#contracts/api-timeline';
import type { topicSchema } from '#contracts/api-topics';
import type { Definition } from '#contracts/definition';
import type { egressRulesSchema } from '#contracts/egress';

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type WorkflowItem = z.infer<typeof workflowSchema>;
export type VersionItem = z.infer<typeof workflowVersionSchema>;
export type VersionDetail = Omit<z.infer<typeof workflowVersionDetailSchema>, 'definition'> & { definition: Definition };
export type RouteItem = WorkflowItem['routes'][number];
export type ApiEvent = z.infer<typeof eventSchema>;
export type EventsPage = Page<ApiEvent>;
export type LogItem = z.infer<typeof logLineSchema>;
export type LogsAnswer = z.infer<typeof logSearchPage>;
export type AuditItem = z.infer<typeof auditEntrySchema>;
export type OrganizationItem = z.infer<typeof organizationSchema>;
export type ProjectItem = z.infer<typeof projectSchema>;
export type MemberItem = z.infer<typeof memberSchema>;
export type InvitationItem = z.infer<typeof invitationSchema>;
export type InvitationMade = z.infer<typeof invitationMadeSchema>;
export type InvitationList = z.infer<typeof invitationListSchema>;
export type ServiceAccountItem = z.infer<typeof serviceAccountSchema>;
export type ApiKeyItem = z.infer<typeof apiKeySchema>;
export type ApiKeyMade = z.infer<typeof apiKeyCreatedSchema>;
export type SecretItem = z.infer<typeof secretSchema>;
export type SecretProviderItem = z.infer<typeof secretProviderSchema>;

export type MeItem = z.infer<typeof meSchema>;
export type UserItem = z.infer<typeof userSchema>;
export type InvitedItem = z.infer<typeof invitedSchema>;
export type SessionItem = z.infer<typeof sessionSchema>;
export type SecondFactorItem = z.infer<typeof secondFactorSchema>;
export type IdentityProviderItem = z.infer<typeof identityProviderSchema>;
export type SignInWays = z.infer<typeof signInWaysSchema>;
export type MailboxEntryItem = z.infer<typeof mailboxEntrySchema>;

export type LetterItem = z.infer<typeof deadLetterSchema>;
export type LetterDetail = z.infer<typeof deadLetterDetail>;
export type LetterStats = z.infer<typeof deadLetterStats>;
export type LetterDepth = LetterStats['pipelines'][number];
export type ReplayAllItem = z.infer<typeof replayAllSchema>;
export type ScheduleItem = z.infer<typeof scheduleSchema>;
export type TopicItem = z.infer<typeof topicSchema>;
export type BreakerItem = z.infer<typeof breakerSchema>;
export type BreakerPageItem = z.infer<typeof breakerPage>;
export type IdempotencyKeyItem = z.infer<typeof idempotencyKeySchema>;
export type GatheredLogItem = z.infer<typeof applicationLogPage>;
export type ListedKeyItem = z.infer<typeof listedKeySchema>;
export type KeyPageItem = z.infer<typeof idempotencyKeyPage>;
export type BreakerDetail = z.infer<typeof breakerDetailsSchema>;
export type TenantRegionsItem = z.infer<typeof tenantRegionsSchema>;
export type RetentionItem = z.infer<typeof retentionSchema>;
export type ClearedRegionItem = z.infer<typeof clearedRegionSchema>;
export type TenantQuotaItem = z.infer<typeof tenantQuotaSchema>;
export type QuotaItem = TenantQuotaItem['quota'];
export type UsageItem = z.infer<typeof usageSchema>;
export type ErasureItem = z.infer<typeof erasureSchema>;
export type MoveItem = z.infer<typeof moveSchema>;
export type TenantExportItem = z.infer<typeof tenantExportSchema>;

export type MachineSummaryItem = z.infer<typeof machineSummarySchema>;
export type MachineItem = z.infer<typeof machineSchema>;
export type MachineInstanceRow = z.infer<typeof machineInstancePage>['items'][number];
export type MachineInstanceItem = z.infer<typeof machineInstanceSchema>;
export type MachineHistoryItem = z.infer<typeof machineHistoryPage>['items'][number];

export interface Deployed {
  environment: string;
  version: number;
}

/** Which version runs where, by the environment's name. */
export function deployedOf(workflow: WorkflowItem): Deployed[] {
  return Object.entries(workflow.environments)
    .map(([environment, { version }]) => ({ environment, version }))
    .sort((a, b) => a.environment.localeCompare(b.environment));
}

export interface PipelineFacts {
  name: string;
  trigger?: string;
  steps?: number;
}

/** Pipelines with what the compiled definition knows of them. */
export function pipelineFacts(names: string[], definition: Definition | undefined): PipelineFacts[] {
  return names.map((name) => {
    const pipeline = definition?.pipelines[name];
    return pipeline ? { name, trigger: pipeline.trigger.type, steps: pipeline.nodes.length } : { name };
  });
}

export type EgressItem = z.infer<typeof egressRulesSchema>;
export type CompanySecurityItem = z.infer<typeof companySecuritySchema>;
export type ErasureCertificateItem = z.infer<typeof erasureCertificateSchema>;
