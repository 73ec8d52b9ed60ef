/**
 * Who may do what, as all rooms speak of it: roles, the places they hold in, and the scopes of keys.
 *
 * 1. company > organization > project > workflow. A role holds where it was given and everywhere below.
 * 2. Every company has the default organization with the default project in it. They cannot be removed.
 */

/** From the least to the most. */
export const ROLES = ['viewer', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export const LEVELS = ['company', 'organization', 'project'] as const;
export type Level = (typeof LEVELS)[number];

/** Where a role is given. The company is the tenant's only one: its `id` is empty. */
export interface PlaceRef {
  level: Level;
  id: string;
}

export const COMPANY: PlaceRef = { level: 'company', id: '' };
export const DEFAULT_ORGANIZATION = 'org_default';
export const DEFAULT_PROJECT = 'prj_default';

/** What somebody's roles come to. JSON, so that it can be kept. */
export interface Grants {
  /** In all of the company. */
  company?: Role;
  /** By organization. */
  organizations: Record<string, Role>;
  /** By project, with what its organization gives; without what the company gives. */
  projects: Record<string, Role>;
}

export const NO_GRANTS: Grants = { organizations: {}, projects: {} };

/** What a key may be limited to, beside its role. */
export const KEY_SCOPES = [
  'workflows:read',
  'workflows:write',
  'workflows:deploy',
  'executions:read',
  'executions:write',
  'debugging:read',
  'debugging:write',
  'dead-letters:read',
  'dead-letters:write',
  'machines:read',
  'machines:write',
  'schedules:read',
  'schedules:write',
  'secrets:read',
  'secrets:write',
  'members:read',
  'members:write',
  'projects:read',
  'projects:write',
  'api-keys:read',
  'api-keys:write',
  'audit:read',
  'mail:read',
  'sign-in:read',
  'sign-in:write',
  'security:read',
  'security:write',
  'regions:read',
  'regions:write',
] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

export function atLeast(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}

export function higherOf(left: Role | undefined, right: Role | undefined): Role | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return atLeast(left, right) ? left : right;
}
