/** Places and scopes as the pages name them. */
import { expect, it } from 'vitest';
import { KEY_SCOPES } from '#contracts/access';
import { labelOf, membersPath, placeFields, placeOf, placeOptions, placesAbove, placesOfAdmin } from '../../../dashboard/src/lib/places';
import { scopeGroups } from '../../../dashboard/src/lib/scopes';

const AT = '2026-11-20T09:00:00.000Z';
const organization = (id: string, name: string) => ({ id, name, created_at: AT });
const project = (id: string, name: string, owner: string, owner_name: string) => ({
  id,
  name,
  organization: owner,
  organization_name: owner_name,
  created_at: AT,
});

it('lists the company, organizations and their projects', () => {
  const options = placeOptions([organization('org_1', 'Retail'), organization('org_2', 'Empty')], [project('prj_1', 'Till', 'org_1', 'Retail')]);
  expect(options.map(({ value, label }) => [value, label])).toEqual([
    ['company', 'The company'],
    ['organization/org_1', 'Retail'],
    ['project/prj_1', 'Retail / Till'],
    ['organization/org_2', 'Empty'],
  ]);
});

it('knows where the reader may give roles', () => {
  const own = { ...project('prj_1', 'Till', 'org_1', 'Retail'), your_role: 'admin' as const };
  const options = placeOptions([{ ...organization('org_1', 'Retail'), your_role: 'viewer' }], [own, project('prj_2', 'Stock', 'org_1', 'Retail')], 'editor');
  expect(placesOfAdmin(options).map(({ value }) => value)).toEqual(['project/prj_1']);
  expect(placesOfAdmin(placeOptions([], [], 'owner')).map(({ value }) => value)).toEqual(['company']);
});

it('says where roles hold below as well', () => {
  const projects = [project('prj_1', 'Till', 'org_1', 'Retail')];
  expect(['company', 'organization/org_1', 'project/prj_1'].map((place) => placesAbove(place, projects))).toEqual([
    [],
    ['company'],
    ['company', 'organization/org_1'],
  ]);
});

it('lists a project without its organization for who has no role in that', () => {
  const options = placeOptions([], [project('prj_1', 'Till', 'org_1', 'Retail')]);
  expect(options.map(({ value }) => value)).toEqual(['company', 'project/prj_1']);
});

it.each([
  ['company', {}, '/api/v1/members'],
  ['organization/org_1', { organization: 'org_1' }, '/api/v1/organizations/org_1/members'],
  ['project/prj_1', { project: 'prj_1' }, '/api/v1/projects/prj_1/members'],
])('%s is told to the API', (value, fields, path) => {
  expect(placeFields(value)).toEqual(fields);
  expect(membersPath(value)).toBe(path);
  expect(placeOf(fields)).toBe(value);
});

it('names a place by its id when its name is not known', () => {
  expect(labelOf([], 'project/prj_1')).toBe('prj_1');
  expect(labelOf([{ value: 'company', label: 'The company' }], 'company')).toBe('The company');
});

it('groups all scopes by what they are about', () => {
  const groups = scopeGroups(KEY_SCOPES);
  expect(groups.flatMap(({ scopes }) => scopes.map(({ scope }) => scope))).toEqual([...KEY_SCOPES]);
  expect(groups.find(({ name }) => name === 'Workflows')?.scopes.map(({ verb }) => verb)).toEqual(['read', 'write', 'deploy']);
  expect(groups.map(({ name }) => name)).toContain('API keys');
});
