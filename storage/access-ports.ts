/**
 * Ports of who may do what: organizations and projects, roles in them, invitations, service accounts, API keys.
 * Every call names the tenant; rows of another tenant are as if they were not there. Instants are epoch ms.
 */
import type { Grants, KeyScope, PlaceRef, Role } from '#contracts/access';
import type { Page, PageRequest } from '#storage/platform-ports';

export interface Organization {
  id: string;
  name: string;
  created_at: number;
}

export interface Project {
  id: string;
  organization: string;
  name: string;
  created_at: number;
}

export interface ProjectFilter extends PageRequest {
  organization?: string;
  /** Of these alone. */
  ids?: readonly string[];
}

export type Made = 'made' | 'name_taken';
export type Changed = 'changed' | 'unknown' | 'name_taken';
export type Removed = 'removed' | 'unknown' | 'not_empty';

/** Organizations of a company, and projects of an organization. Names are unique among their own. */
export interface HierarchyStore {
  /** Makes the default organization with the default project; again changes nothing. */
  begin(tenant: string, now: number): Promise<void>;
  organization(tenant: string, id: string): Promise<Organization | null>;
  /** By name; `ids`: of these alone. */
  organizations(tenant: string, page: PageRequest & { ids?: readonly string[] }): Promise<Page<Organization>>;
  createOrganization(tenant: string, organization: Organization): Promise<Made>;
  renameOrganization(tenant: string, id: string, name: string): Promise<Changed>;
  /** Only without projects. */
  removeOrganization(tenant: string, id: string): Promise<Removed>;
  project(tenant: string, id: string): Promise<Project | null>;
  /** By organization, then name. */
  projects(tenant: string, filter: ProjectFilter): Promise<Page<Project>>;
  createProject(tenant: string, project: Project): Promise<Made>;
  changeProject(tenant: string, id: string, change: { name: string; organization: string }): Promise<Changed>;
  /** Only without workflows. */
  removeProject(tenant: string, id: string): Promise<Removed>;
  counts(tenant: string): Promise<{ organizations: number; projects: number }>;
}

export interface Member extends PlaceRef {
  /** `usr_…` or `svc_…`. */
  subject: string;
  role: Role;
  created_at: number;
  created_by: string;
}

/**
 * Roles of people and service accounts. The last person who owns the company keeps that role: what would take it is
 * answered by `last_owner`, and nothing is changed.
 */
export interface MemberStore {
  grantsOf(tenant: string, subject: string): Promise<Grants>;
  /** What a role in an organization comes to: it holds in each of its projects, too. */
  grantsIn(tenant: string, organization: string, role: Role): Promise<Grants>;
  get(tenant: string, place: PlaceRef, subject: string): Promise<Member | null>;
  /** Gives the role, in place of an earlier one there. */
  put(tenant: string, member: Member): Promise<'done' | 'last_owner'>;
  remove(tenant: string, place: PlaceRef, subject: string): Promise<'done' | 'unknown' | 'last_owner'>;
  /** By subject. */
  list(tenant: string, place: PlaceRef, page: PageRequest): Promise<Page<Member>>;
  /** All roles of somebody, by place. */
  ofSubject(tenant: string, subject: string, page: PageRequest): Promise<Page<Member>>;
  /** Whether somebody has a role anywhere. */
  isMember(tenant: string, subject: string): Promise<boolean>;
  removeSubject(tenant: string, subject: string): Promise<'done' | 'last_owner'>;
  /** Of an organization or project that is gone. */
  removePlace(tenant: string, place: PlaceRef): Promise<void>;
  /** Projects have come, gone or moved: what roles in organizations come to is read anew. */
  projectsChanged(tenant: string): void;
}

export interface Invitation extends PlaceRef {
  invitation_id: string;
  /** Lower case. */
  email: string;
  role: Role;
  created_at: number;
  created_by: string;
  expires_at: number;
}

/** Open invitations; what was sent is a token, what is stored its hash. */
export interface InvitationStore {
  /** An earlier one of the same address to the same place ends. */
  create(tenant: string, invitation: Invitation, tokenHash: string): Promise<void>;
  /** Also one that has expired. */
  get(tenant: string, id: string): Promise<Invitation | null>;
  /** Only while it is valid. */
  byToken(tenant: string, tokenHash: string, now: number): Promise<Invitation | null>;
  /** By id, expired ones included; `place`: to this one alone. */
  list(tenant: string, page: PageRequest & { place?: PlaceRef }): Promise<Page<Invitation>>;
  remove(tenant: string, id: string): Promise<boolean>;
  /** Gives `subject` the role and ends the invitation, both or neither, once. `null`: not valid (any more). */
  accept(tenant: string, tokenHash: string, subject: string, now: number): Promise<Invitation | null>;
  /** Whether any to this address is valid. */
  isInvited(tenant: string, email: string, now: number): Promise<boolean>;
  /** As `accept`, with all that are valid to an address which the caller knows to be that of `subject`. */
  acceptOf(tenant: string, email: string, subject: string, now: number): Promise<Invitation[]>;
  count(tenant: string): Promise<number>;
  removePlace(tenant: string, place: PlaceRef): Promise<void>;
}

export interface ServiceAccount {
  id: string;
  name: string;
  created_at: number;
  created_by: string;
}

export interface ServiceAccountStore {
  get(tenant: string, id: string): Promise<ServiceAccount | null>;
  create(tenant: string, account: ServiceAccount): Promise<Made>;
  /** By name. */
  list(tenant: string, page: PageRequest): Promise<Page<ServiceAccount>>;
  /** Those of these ids that there are. */
  some(tenant: string, ids: readonly string[]): Promise<ServiceAccount[]>;
  remove(tenant: string, id: string): Promise<boolean>;
  count(tenant: string): Promise<number>;
}

export interface ApiKey {
  id: string;
  tenant: string;
  name: string;
  /** First characters of the key. */
  prefix: string;
  created_at: number;
  created_by?: string;
  /** Absent for the key of a service account, which has the account's roles. */
  role?: Role;
  /** Its role holds in this organization and its projects alone. */
  organization?: string;
  /** Its role holds in this project alone. */
  project?: string;
  service_account?: string;
  /** What it may be used for; all that its role allows when absent. */
  scopes?: KeyScope[];
  expires_at?: number;
  /** At most some minutes old. */
  last_used_at?: number;
  /** Id of the key that was made in its place. */
  replaced_by?: string;
}

export interface ApiKeyFilter extends PageRequest {
  organization?: string;
  project?: string;
  service_account?: string;
}

export interface ApiKeyStore {
  /** By the hex SHA-256 of the key. Also one that has expired. */
  byHash(hash: string): Promise<ApiKey | null>;
  byId(tenant: string, id: string): Promise<ApiKey | null>;
  create(key: ApiKey, hash: string): Promise<void>;
  /** By id. */
  list(tenant: string, filter: ApiKeyFilter): Promise<Page<ApiKey>>;
  /** False when there was none. */
  remove(tenant: string, id: string): Promise<boolean>;
  /** A key in place of `id`, which works until `until` at the latest. False when `id` is gone or was replaced before; nothing is changed then. */
  replace(tenant: string, id: string, until: number, next: ApiKey, hash: string): Promise<boolean>;
  /** Writes down when it was last used. */
  used(tenant: string, id: string, now: number): Promise<void>;
  removeOfAccount(tenant: string, serviceAccount: string): Promise<void>;
  /** Of an organization or project that is gone. */
  removeOfPlace(tenant: string, place: PlaceRef): Promise<void>;
  /**
   * Keys of all tenants that run out within `LIMITS.keyNoticeMs`, and of which nobody has been told: soonest first. Each is given again
   * at `again` at the earliest. None that lives no longer than that at all, and none that another has taken the place of.
   */
  claimExpiring(now: number, again: number, limit: number): Promise<ApiKey[]>;
  /** What was to be told of one has been told. */
  told(tenant: string, id: string): Promise<void>;
}
