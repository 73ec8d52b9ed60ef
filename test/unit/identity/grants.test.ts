/** What roles come to: inherited downwards, the highest counts. */
import { describe, expect, it } from 'vitest';
import { atLeast, type Grants, higherOf, type PlaceRef, ROLES, type Role } from '#contracts/access';
import { grantsOfRows } from '#storage/grant-rows';
import { roleAt, strongestOf } from '#workers/identity/grants';

const none: Grants = { organizations: {}, projects: {} };
const company: PlaceRef = { level: 'company', id: '' };
const organization: PlaceRef = { level: 'organization', id: 'org_1' };
const project: PlaceRef = { level: 'project', id: 'prj_1' };

describe('the role in a place', () => {
  it.each<[string, Grants, PlaceRef, Role | undefined]>([
    ['of the company holds in it', { ...none, company: 'admin' }, company, 'admin'],
    ['of the company holds in an organization', { ...none, company: 'admin' }, organization, 'admin'],
    ['of the company holds in a project', { ...none, company: 'viewer' }, project, 'viewer'],
    ['of an organization holds in it', { ...none, organizations: { org_1: 'editor' } }, organization, 'editor'],
    ['of an organization holds not in another', { ...none, organizations: { org_2: 'editor' } }, organization, undefined],
    ['of an organization holds not in the company', { ...none, organizations: { org_1: 'owner' } }, company, undefined],
    ['of a project holds in it', { ...none, projects: { prj_1: 'editor' } }, project, 'editor'],
    ['of a project holds not in its organization', { ...none, projects: { prj_1: 'owner' } }, organization, undefined],
    ['is the higher one, below', { organizations: {}, projects: { prj_1: 'admin' }, company: 'viewer' }, project, 'admin'],
    ['is the higher one, above', { organizations: {}, projects: { prj_1: 'viewer' }, company: 'owner' }, project, 'owner'],
    ['is none where nothing was given', none, project, undefined],
    ['is not found by a name of every object', none, { level: 'project', id: 'constructor' }, undefined],
  ])('%s', (_, grants, place, role) => expect(roleAt(grants, place)).toBe(role));
});

it('adds up rows, the highest of several in one place', () => {
  const rows = [
    { ...project, role: 'viewer' as const },
    { ...project, role: 'admin' as const },
    { ...project, role: 'editor' as const },
    { ...organization, role: 'viewer' as const },
  ];
  expect(grantsOfRows(rows)).toEqual({ organizations: { org_1: 'viewer' }, projects: { prj_1: 'admin' } });
});

it('knows the highest of all', () => {
  expect(strongestOf(none)).toBeUndefined();
  expect(strongestOf({ company: 'viewer', organizations: { a: 'editor' }, projects: { b: 'owner', c: 'admin' } })).toBe('owner');
});

it('orders roles', () => {
  expect(ROLES.map((role) => atLeast(role, 'editor'))).toEqual([false, true, true, true]);
  expect(atLeast(undefined, 'viewer')).toBe(false);
  expect(higherOf('viewer', 'owner')).toBe('owner');
  expect(higherOf('admin', undefined)).toBe('admin');
});
