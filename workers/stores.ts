/**
 * The regional stores over a Worker's bindings. Caches belong to the isolate, so they are made once here and shared by
 * whatever handles a request; the stores themselves are made once for each environment.
 */
import type { ApiKeyStore, HierarchyStore, InvitationStore, MemberStore, ServiceAccountStore } from '#storage/access-ports';
import type { CompanySettingsStore } from '#storage/company-settings';
import { createApiKeyCache, D1ApiKeys } from '#storage/d1-api-keys';
import { D1BulkJobs } from '#storage/d1-bulk-jobs';
import { D1CircuitBreakers } from '#storage/d1-circuit-breakers';
import { createCompanySettingsCache, D1CompanySettings } from '#storage/d1-company-settings';
import { D1DeadLetters } from '#storage/d1-dead-letters';
import { D1DebugBoards } from '#storage/d1-debug-boards';
import { createDeploymentCache, D1DeploymentStore } from '#storage/d1-deployment-store';
import { D1EventWaits } from '#storage/d1-event-waits';
import { D1ExecutionIndex } from '#storage/d1-execution-index';
import { D1ExecutionMeasures } from '#storage/d1-execution-measures';
import { D1Hierarchy } from '#storage/d1-hierarchy';
import { D1IdentityProviders } from '#storage/d1-identity-providers';
import { D1Invitations } from '#storage/d1-invitations';
import { D1MachineIndex } from '#storage/d1-machine-index';
import { D1MailLedger } from '#storage/d1-mail-ledger';
import { D1Mailbox } from '#storage/d1-mailbox';
import { createGrantsCache, D1Members } from '#storage/d1-members';
import { createRegionLinkCaches, D1RegionLinks } from '#storage/d1-region-links';
import { D1RetentionSweeps } from '#storage/d1-retention-sweeps';
import { D1SamlAnswers } from '#storage/d1-saml-answers';
import { D1SecondFactors } from '#storage/d1-second-factors';
import { D1SecretProviders } from '#storage/d1-secret-providers';
import { D1Secrets } from '#storage/d1-secrets';
import { D1ServiceAccounts } from '#storage/d1-service-accounts';
import { D1SignInAttempts } from '#storage/d1-sign-in-attempts';
import { D1SignInTokens } from '#storage/d1-sign-in-tokens';
import { createTenantMovesCaches, D1TenantMoves } from '#storage/d1-tenant-moves';
import { createTenantCache, D1Tenants } from '#storage/d1-tenants';
import { createUserSessionCache, D1UserSessions } from '#storage/d1-user-sessions';
import { D1Users } from '#storage/d1-users';
import { D1Workflows } from '#storage/d1-workflows';
import type { DeadLetterIndex } from '#storage/dead-letter-ports';
import type { BulkJobs, EventWaits, ExecutionIndex, ExecutionMeasures } from '#storage/execution-ports';
import type {
  AttemptStore,
  IdentityProviderStore,
  SamlAnswerStore,
  SecondFactorStore,
  SignInTokenStore,
  UserSessionStore,
  UserStore,
} from '#storage/identity-ports';
import type { MachineIndex } from '#storage/machine-ports';
import type { Mailbox, MailLedger } from '#storage/mail-ports';
import type { DeploymentLedger, FileStore, SecretStore, TenantStore, WorkflowStore } from '#storage/platform-ports';
import type { ArchiveStore, CircuitBreakers, DebugBoards, DefinitionStore, PayloadStore } from '#storage/ports';
import { R2ArchiveStore } from '#storage/r2-archive-store';
import { createDefinitionCache, R2DefinitionStore } from '#storage/r2-definition-store';
import { R2Files } from '#storage/r2-files';
import { R2PayloadStore } from '#storage/r2-payload-store';
import type { RegionLinks, TenantMoves } from '#storage/region-ports';
import type { RetentionSweeps } from '#storage/retention-ports';
import type { SecretProviderStore } from '#storage/secret-provider-ports';
import type { RegionEnv } from '#workers/env';
import { RunnableDefinitions } from '#workers/runnable-definitions';

export interface Stores {
  breakers: CircuitBreakers;
  tenants: TenantStore;
  settings: CompanySettingsStore;
  apiKeys: ApiKeyStore;
  hierarchy: HierarchyStore;
  members: MemberStore;
  invitations: InvitationStore;
  serviceAccounts: ServiceAccountStore;
  secrets: SecretStore;
  secretProviders: SecretProviderStore;
  workflows: WorkflowStore;
  deployments: DeploymentLedger;
  definitions: DefinitionStore;
  payloads: PayloadStore;
  files: FileStore;
  archives: ArchiveStore;
  executions: ExecutionIndex;
  measures: ExecutionMeasures;
  deadLetters: DeadLetterIndex;
  machines: MachineIndex;
  boards: DebugBoards;
  bulkJobs: BulkJobs;
  waits: EventWaits;
  mailLedger: MailLedger;
  mailbox: Mailbox;
  links: RegionLinks;
  moves: TenantMoves;
  sweeps: RetentionSweeps;
  users: UserStore;
  secondFactors: SecondFactorStore;
  sessions: UserSessionStore;
  signInTokens: SignInTokenStore;
  signInAttempts: AttemptStore;
  identityProviders: IdentityProviderStore;
  samlAnswers: SamlAnswerStore;
}

const caches = {
  tenants: createTenantCache(),
  settings: createCompanySettingsCache(),
  apiKeys: createApiKeyCache(),
  grants: createGrantsCache(),
  deployments: createDeploymentCache(),
  definitions: createDefinitionCache(),
  links: createRegionLinkCaches(),
  moves: createTenantMovesCaches(),
  sessions: createUserSessionCache(),
};

/** One set per environment: a Worker's bindings stay the same objects for the life of its isolate. */
const made = new WeakMap<D1Database, Stores>();

export function storesOf(env: Pick<RegionEnv, 'DB' | 'STORE'>): Stores {
  const known = made.get(env.DB);
  if (known) return known;
  const stores: Stores = {
    breakers: new D1CircuitBreakers(env.DB),
    tenants: new D1Tenants(env.DB, caches.tenants),
    settings: new D1CompanySettings(env.DB, caches.settings),
    apiKeys: new D1ApiKeys(env.DB, caches.apiKeys),
    hierarchy: new D1Hierarchy(env.DB),
    members: new D1Members(env.DB, caches.grants),
    invitations: new D1Invitations(env.DB),
    serviceAccounts: new D1ServiceAccounts(env.DB),
    secrets: new D1Secrets(env.DB),
    secretProviders: new D1SecretProviders(env.DB),
    workflows: new D1Workflows(env.DB),
    deployments: new D1DeploymentStore(env.DB, caches.deployments),
    definitions: new RunnableDefinitions(new R2DefinitionStore(env.STORE, caches.definitions)),
    payloads: new R2PayloadStore(env.STORE),
    files: new R2Files(env.STORE),
    archives: new R2ArchiveStore(env.STORE),
    executions: new D1ExecutionIndex(env.DB),
    measures: new D1ExecutionMeasures(env.DB),
    deadLetters: new D1DeadLetters(env.DB),
    machines: new D1MachineIndex(env.DB),
    boards: new D1DebugBoards(env.DB),
    bulkJobs: new D1BulkJobs(env.DB),
    waits: new D1EventWaits(env.DB),
    mailLedger: new D1MailLedger(env.DB),
    mailbox: new D1Mailbox(env.DB),
    links: new D1RegionLinks(env.DB, caches.links),
    moves: new D1TenantMoves(env.DB, caches.moves),
    sweeps: new D1RetentionSweeps(env.DB),
    users: new D1Users(env.DB),
    secondFactors: new D1SecondFactors(env.DB),
    sessions: new D1UserSessions(env.DB, caches.sessions),
    signInTokens: new D1SignInTokens(env.DB),
    signInAttempts: new D1SignInAttempts(env.DB),
    identityProviders: new D1IdentityProviders(env.DB),
    samlAnswers: new D1SamlAnswers(env.DB),
  };
  made.set(env.DB, stores);
  return stores;
}
