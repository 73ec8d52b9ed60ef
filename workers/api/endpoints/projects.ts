/** Organizations of a company, and the projects in them. */
import { DEFAULT_ORGANIZATION, DEFAULT_PROJECT } from '#contracts/access';
import {
  changeProjectRequest,
  createProjectRequest,
  organizationPage,
  organizationRequest,
  organizationSchema,
  projectPage,
  projectSchema,
  projectsQuery,
} from '#contracts/api-access';
import { listQuery } from '#contracts/api-parts';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Organization, Project } from '#storage/access-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { unknownOrganization, unknownProject } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import type { Actor } from '#workers/identity/actor';
import { roleAt } from '#workers/identity/grants';

const TAG = 'Access';

const organizations = endpoint({
  route: 'GET /organizations',
  tag: TAG,
  summary: 'List organizations',
  description: 'By name; those in which you have a role.',
  query: listQuery,
  answer: organizationPage,
  answers: { 200: { description: 'A page', schema: organizationPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query, access, actor }) {
    const page = await stores.hierarchy.organizations(tenant, {
      limit: query.limit ?? LIMITS.listDefault,
      cursor: query.cursor,
      ids: access.organizations(),
    });
    return { body: { items: page.items.map((each) => organizationView(each, actor)), next_cursor: page.next_cursor } };
  },
});

const makeOrganization = endpoint({
  route: 'POST /organizations',
  tag: TAG,
  summary: 'Make an organization',
  body: organizationRequest,
  answer: organizationSchema,
  answers: { 201: { description: 'Made', schema: organizationSchema } },
  problems: ['name_taken', 'limit_reached', 'invalid_json'],
  async handle({ stores, tenant, body, now, note, actor }) {
    const { organizations: count } = await stores.hierarchy.counts(tenant);
    if (count >= LIMITS.organizations) throw new Problem('limit_reached', `A company has ${LIMITS.organizations} organizations at most.`);
    const organization: Organization = { id: newId('org'), name: body.name, created_at: now };
    if ((await stores.hierarchy.createOrganization(tenant, organization)) === 'name_taken') throw organizationTaken(body.name);
    note.after = { name: body.name };
    return { body: organizationView(organization, actor) };
  },
});

const organization = endpoint({
  route: 'GET /organizations/{organization}',
  tag: TAG,
  summary: 'Read an organization',
  answer: organizationSchema,
  answers: { 200: { description: 'The organization', schema: organizationSchema } },
  problems: ['unknown_organization'],
  async handle(call) {
    return { body: organizationView(await organizationOf(call, call.params.organization!), call.actor) };
  },
});

const renameOrganization = endpoint({
  route: 'PUT /organizations/{organization}',
  tag: TAG,
  summary: 'Rename an organization',
  body: organizationRequest,
  answer: organizationSchema,
  answers: { 200: { description: 'Renamed', schema: organizationSchema } },
  problems: ['unknown_organization', 'name_taken', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, note } = call;
    const known = await organizationOf(call, call.params.organization!);
    const done = await stores.hierarchy.renameOrganization(tenant, known.id, body.name);
    if (done === 'unknown') throw unknownOrganization(known.id);
    if (done === 'name_taken') throw organizationTaken(body.name);
    note.before = { name: known.name };
    note.after = { name: body.name };
    return { body: organizationView({ ...known, name: body.name }, call.actor) };
  },
});

const removeOrganization = endpoint({
  route: 'DELETE /organizations/{organization}',
  tag: TAG,
  summary: 'Delete an organization',
  description: 'Only without projects. Roles, invitations and keys of it end with it.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['unknown_organization', 'not_empty'],
  async handle(call) {
    const { stores, tenant, note } = call;
    const known = await organizationOf(call, call.params.organization!);
    const done = await stores.hierarchy.removeOrganization(tenant, known.id);
    if (done === 'unknown') throw unknownOrganization(known.id);
    if (done === 'not_empty') {
      throw new Problem('not_empty', known.id === DEFAULT_ORGANIZATION ? 'The default organization stays.' : `${known.name} has projects.`);
    }
    const place = { level: 'organization', id: known.id } as const;
    await Promise.all([stores.members.removePlace(tenant, place), stores.invitations.removePlace(tenant, place), stores.apiKeys.removeOfPlace(tenant, place)]);
    note.before = { name: known.name };
    return {};
  },
});

const projects = endpoint({
  route: 'GET /projects',
  tag: TAG,
  summary: 'List projects',
  description: 'By organization, then name; those in which you have a role.',
  query: projectsQuery,
  answer: projectPage,
  answers: { 200: { description: 'A page', schema: projectPage } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const { limit = LIMITS.listDefault, cursor, organization } = call.query;
    const page = await call.stores.hierarchy.projects(call.tenant, { limit, cursor, organization, ids: call.access.projects() });
    return { body: { items: await views(call, page.items), next_cursor: page.next_cursor } };
  },
});

const makeProject = endpoint({
  route: 'POST /projects',
  tag: TAG,
  summary: 'Make a project',
  description: 'Needs the role in its organization.',
  body: createProjectRequest,
  answer: projectSchema,
  answers: { 201: { description: 'Made', schema: projectSchema } },
  problems: ['unknown_organization', 'name_taken', 'limit_reached', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, now, note, access } = call;
    const { name, organization: owner = DEFAULT_ORGANIZATION } = body;
    access.inOrganization(owner, unknownOrganization(owner));
    await organizationOf(call, owner);
    const { projects: count } = await stores.hierarchy.counts(tenant);
    if (count >= LIMITS.projects) throw new Problem('limit_reached', `A company has ${LIMITS.projects} projects at most.`);
    const project: Project = { id: newId('prj'), organization: owner, name, created_at: now };
    if ((await stores.hierarchy.createProject(tenant, project)) === 'name_taken') throw projectTaken(name);
    stores.members.projectsChanged(tenant);
    note.after = { name, organization: owner };
    return { body: (await views(call, [project]))[0]! };
  },
});

const project = endpoint({
  route: 'GET /projects/{project}',
  tag: TAG,
  summary: 'Read a project',
  answer: projectSchema,
  answers: { 200: { description: 'The project', schema: projectSchema } },
  problems: ['unknown_project'],
  async handle(call) {
    return { body: (await views(call, [await projectOf(call)]))[0]! };
  },
});

const changeProject = endpoint({
  route: 'PUT /projects/{project}',
  tag: TAG,
  summary: 'Rename a project, or move it to another organization',
  description: 'Moving it needs the role in both organizations.',
  body: changeProjectRequest,
  answer: projectSchema,
  answers: { 200: { description: 'Changed', schema: projectSchema } },
  problems: ['unknown_project', 'unknown_organization', 'name_taken', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, note, access } = call;
    const known = await projectOf(call);
    const changed = { name: body.name ?? known.name, organization: body.organization ?? known.organization };
    if (changed.organization !== known.organization) {
      for (const id of [known.organization, changed.organization]) access.inOrganization(id, unknownOrganization(id));
      await organizationOf(call, changed.organization);
    }
    const done = await stores.hierarchy.changeProject(tenant, known.id, changed);
    if (done === 'unknown') throw unknownProject(known.id);
    if (done === 'name_taken') throw projectTaken(changed.name);
    stores.members.projectsChanged(tenant);
    note.before = { name: known.name, organization: known.organization };
    note.after = changed;
    return { body: (await views(call, [{ ...known, ...changed }]))[0]! };
  },
});

const removeProject = endpoint({
  route: 'DELETE /projects/{project}',
  tag: TAG,
  summary: 'Delete a project',
  description: 'Only without workflows. Roles, invitations and keys of it end with it.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['unknown_project', 'not_empty'],
  async handle(call) {
    const { stores, tenant, note } = call;
    const known = await projectOf(call);
    const done = await stores.hierarchy.removeProject(tenant, known.id);
    if (done === 'unknown') throw unknownProject(known.id);
    if (done === 'not_empty') {
      throw new Problem('not_empty', known.id === DEFAULT_PROJECT ? 'The default project stays.' : `${known.name} has workflows.`);
    }
    const place = { level: 'project', id: known.id } as const;
    await Promise.all([stores.members.removePlace(tenant, place), stores.invitations.removePlace(tenant, place), stores.apiKeys.removeOfPlace(tenant, place)]);
    note.before = { name: known.name, organization: known.organization };
    return {};
  },
});

export const projectEndpoints: AnyEndpoint[] = [
  organizations,
  makeOrganization,
  organization,
  renameOrganization,
  removeOrganization,
  projects,
  makeProject,
  project,
  changeProject,
  removeProject,
];

async function organizationOf({ stores, tenant }: Call, id: string): Promise<Organization> {
  const found = await stores.hierarchy.organization(tenant, id);
  if (!found) throw unknownOrganization(id);
  return found;
}

async function projectOf({ stores, tenant, params }: Call): Promise<Project> {
  const found = await stores.hierarchy.project(tenant, params.project!);
  if (!found) throw unknownProject(params.project!);
  return found;
}

function organizationTaken(name: string): Problem {
  return new Problem('name_taken', `The company has an organization ${name}.`);
}

function projectTaken(name: string): Problem {
  return new Problem('name_taken', `The organization has a project ${name}.`);
}

function organizationView({ id, name, created_at }: Organization, { grants }: Pick<Actor, 'grants'>) {
  return { id, name, your_role: roleAt(grants, { level: 'organization', id }), created_at: instant(created_at) };
}

async function views({ stores, tenant, actor }: Pick<Call, 'stores' | 'tenant' | 'actor'>, items: Project[]) {
  const ids = [...new Set(items.map(({ organization }) => organization))];
  const owners = await stores.hierarchy.organizations(tenant, { limit: Math.max(ids.length, 1), ids });
  const names = new Map(owners.items.map(({ id, name }) => [id, name]));
  return items.map(({ id, name, organization, created_at }) => ({
    id,
    name,
    organization,
    organization_name: names.get(organization) ?? organization,
    // Of one that was made just now the grants need not know yet.
    your_role: roleAt(actor.grants, { level: 'project', id }) ?? roleAt(actor.grants, { level: 'organization', id: organization }),
    created_at: instant(created_at),
  }));
}
