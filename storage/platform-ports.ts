/**
 * Ports of what surrounds executions: tenants, workflows and their versions, deployments.
 * Every call but the tenants' own names the tenant; rows of another tenant are as if they were not there.
 */
import type { Route } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import type { TenantQuota } from '#contracts/quota';
import type { ActiveDeployment, DeploymentStore } from '#storage/ports';

export interface PageRequest {
  limit: number;
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Tenant {
  slug: string;
  name: string;
  region: string;
  /** Epoch ms, as everywhere in these ports. */
  created_at: number;
  /** Absent: the plan of the platform. */
  quota?: TenantQuota;
}

export interface TenantStore {
  get(slug: string): Promise<Tenant | null>;
  /** False when the slug is taken; nothing is changed then. */
  create(tenant: Tenant): Promise<boolean>;
  /** By slug. */
  list(page: PageRequest): Promise<Page<Tenant>>;
  /** `null`: the plan of the platform. False when there is no such tenant. */
  setQuota(slug: string, quota: TenantQuota | null): Promise<boolean>;
}

export interface Workflow {
  id: string;
  name: string;
  project: string;
  latest_version: number;
  created_at: number;
  updated_at: number;
}

export interface WorkflowVersion {
  workflow_id: string;
  version: number;
  hash: string;
  pipelines: string[];
  routes: Route[];
  label?: string;
  created_at: number;
  created_by: string;
}

/** Which workflows somebody sees, for lists of what is theirs. */
export interface WorkflowRef {
  id: string;
  name: string;
  project: string;
  /** It is there no more, its executions are. */
  deleted: boolean;
}

export type NewVersion = Omit<WorkflowVersion, 'workflow_id' | 'version'>;

export interface WorkflowStore {
  /** Workflow and version 1, both or neither. A taken name answers the id that has it. */
  create(
    tenant: string,
    workflow: { id: string; name: string; project: string },
    version: NewVersion,
  ): Promise<{ created: true } | { created: false; id: string }>;
  /** The next version, or the latest as it is when its hash is the same. `null`: no such workflow. */
  addVersion(tenant: string, id: string, version: NewVersion): Promise<{ version: WorkflowVersion; changed: boolean } | null>;
  /** By id, else by name. */
  find(tenant: string, idOrName: string): Promise<Workflow | null>;
  /** By name, each with its latest version; `projects`: of these alone. */
  list(tenant: string, page: PageRequest & { projects?: readonly string[] }): Promise<Page<Workflow & { latest: WorkflowVersion }>>;
  /** Newest first. */
  versions(tenant: string, id: string, page: PageRequest): Promise<Page<WorkflowVersion>>;
  version(tenant: string, id: string, version: number): Promise<WorkflowVersion | null>;
  /** Whether there is such a workflow. */
  move(tenant: string, id: string, project: string): Promise<boolean>;
  /** By id; also one that was deleted. */
  refOf(tenant: string, id: string): Promise<WorkflowRef | null>;
  /** All of these projects, deleted ones included. */
  refsIn(tenant: string, projects: readonly string[]): Promise<WorkflowRef[]>;
  /** The name is free again; executions and versions stay readable by id of the execution. */
  remove(tenant: string, id: string, now: number): Promise<boolean>;
}

export type DeploymentStatus = 'active' | 'superseded' | 'rolled_back' | 'removed';
export type DeploymentOrigin = 'deploy' | 'promote' | 'rollback';

export interface Deployment extends ActiveDeployment {
  status: DeploymentStatus;
  created_at: number;
  created_by: string;
  origin: DeploymentOrigin;
  /** Active before it; a rollback goes there. */
  replaces: string | null;
  config_overrides?: JsonObject;
  approved_by?: string;
  pipelines: string[];
}

export type NewDeployment = Omit<Deployment, 'status' | 'replaces'>;

export interface DeploymentFilter extends PageRequest {
  /** Of these alone. */
  workflow_ids?: readonly string[];
  environment?: string;
  status?: DeploymentStatus;
}

export interface DeploymentLedger extends DeploymentStore {
  /** Deployed in the environment and having a pipeline of this name. */
  withPipeline(tenant: string, environment: string, pipeline: string): Promise<ActiveDeployment[]>;
  /** Makes it the active one; the one before it is superseded and becomes its `replaces`. */
  deploy(tenant: string, deployment: NewDeployment): Promise<Deployment>;
  /**
   * As `deploy`, in place of `from`, which becomes `rolled_back`; `replaces` is given, so that a further rollback goes further back.
   * `null` when `from` is not active any more; nothing is changed then.
   */
  rollBack(tenant: string, from: string, deployment: NewDeployment, replaces: string | null): Promise<Deployment | null>;
  get(tenant: string, deploymentId: string): Promise<Deployment | null>;
  /** Newest first. */
  history(tenant: string, filter: DeploymentFilter): Promise<Page<Deployment>>;
  /** What of these workflows runs, in every environment. */
  activeOf(tenant: string, workflowIds: string[]): Promise<ActiveDeployment[]>;
  /** All that runs, in every environment. */
  everywhere(tenant: string): Promise<(ActiveDeployment & { pipelines: string[] })[]>;
  /** Takes the workflow out of every environment. */
  removeWorkflow(tenant: string, workflowId: string): Promise<void>;
}

/** A secret as it lies in the region: its value is in `sealed`, and only there. */
export interface SealedSecret {
  name: string;
  /** Empty: for all environments. */
  environment: string;
  version: number;
  /** Id of the data key that opens it. */
  data_key: string;
  /** Base64 of nonce and ciphertext. */
  sealed: string;
  created_at: number;
  updated_at: number;
  updated_by: string;
}

export interface DataKey {
  id: string;
  /** Base64 of nonce and the wrapped key. */
  wrapped: string;
  /** Fingerprint of the platform's key that wrapped it. */
  wrapped_by: string;
  created_at: number;
}

export interface SecretStore {
  /** The one of the environment, else the one for all. */
  find(tenant: string, name: string, environment: string): Promise<SealedSecret | null>;
  /** This very one: `environment` empty means the one for all. */
  get(tenant: string, name: string, environment: string): Promise<SealedSecret | null>;
  /**
   * Stores it if what is there has version `secret.version - 1` (0: nothing is there). False otherwise, and nothing is changed.
   */
  put(tenant: string, secret: SealedSecret): Promise<boolean>;
  /** By name, then environment. */
  list(tenant: string, page: PageRequest): Promise<Page<Omit<SealedSecret, 'sealed' | 'data_key'>>>;
  /** False when there was none. */
  remove(tenant: string, name: string, environment: string): Promise<boolean>;
  count(tenant: string): Promise<number>;
  /** All of a tenant's, for a rotation: their number is bounded. */
  all(tenant: string): Promise<SealedSecret[]>;
  /**
   * Puts freshly sealed values in the place of those with the same version, together with the key that seals from now on, and
   * forgets older keys that seal nothing any more. One that was set meanwhile stays as it is.
   */
  reseal(tenant: string, secrets: SealedSecret[], key: DataKey): Promise<void>;
  /** The key that seals now; `null` when the tenant has none yet. */
  newestKey(tenant: string): Promise<DataKey | null>;
  key(tenant: string, id: string): Promise<DataKey | null>;
  addKey(tenant: string, key: DataKey): Promise<void>;
}

/** Files of applications, by content. */
export interface FileStore {
  /** The same content again changes nothing. */
  put(tenant: string, sha256: string, bytes: Uint8Array): Promise<void>;
  open(tenant: string, sha256: string): Promise<ReadableStream | undefined>;
  has(tenant: string, sha256: string): Promise<boolean>;
}
