/** What can be done with organizations and projects: make, rename, delete. */
import { $, component$ } from '@builder.io/qwik';
import { NameDialog } from '~/components/access/name-dialog';
import { Removal } from '~/components/ui/removal';
import { post, send } from '~/lib/api';
import type { OrganizationItem, ProjectItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

const PROJECTS = '/projects';

export const NewOrganization = component$(() => {
  const save = $(async (name: string) => {
    const answer = await post('/api/v1/organizations', { name });
    if (!answer.ok) return answer.problem;
    toastNext({ text: `The organization ${name} is created.` });
    location.assign(PROJECTS);
  });
  return <NameDialog label="New organization" title="New organization" verb="Create organization" placeholder="Retail" save={save} />;
});

export const NewProject = component$<{ organizations: OrganizationItem[] }>(({ organizations }) => {
  const save = $(async (name: string, organization: string | undefined) => {
    const answer = await post('/api/v1/projects', { name, ...(organization ? { organization } : {}) });
    if (!answer.ok) return answer.problem;
    toastNext({ text: `The project ${name} is created.` });
    location.assign(PROJECTS);
  });
  return (
    <NameDialog
      label="New project"
      title="New project"
      verb="Create project"
      button="btn btn-primary"
      placeholder="Checkout"
      organizations={organizations.map(({ id, name }) => ({ id, name }))}
      save={save}
    />
  );
});

interface Item {
  kind: 'organization' | 'project';
  item: OrganizationItem | ProjectItem;
}

const pathOf = (kind: Item['kind'], id: string) => `/api/v1/${kind}s/${encodeURIComponent(id)}`;

export const Rename = component$<{ item: OrganizationItem }>(({ item }) => {
  const save = $(async (name: string) => {
    const failed = await send('PUT', pathOf('organization', item.id), { name });
    if (failed) return failed;
    toastNext({ text: `${item.name} is called ${name} now.` });
    location.assign(PROJECTS);
  });
  return (
    <NameDialog
      label="Rename"
      describe={`Rename the organization ${item.name}`}
      title={`Rename ${item.name}`}
      verb="Rename"
      button="btn btn-small"
      value={item.name}
      save={save}
    />
  );
});

/** Another name, or another organization: the roles given there hold from then on, those of the former no longer. */
export const ChangeProject = component$<{ item: ProjectItem; organizations: OrganizationItem[] }>(({ item, organizations }) => {
  const save = $(async (name: string, organization: string | undefined) => {
    const failed = await send('PUT', pathOf('project', item.id), { name, ...(organization ? { organization } : {}) });
    if (failed) return failed;
    toastNext({ text: `${name} is changed.` });
    location.assign(PROJECTS);
  });
  // Whoever sees not the one it lies in cannot move it.
  const mayMove = organizations.length > 1 && organizations.some(({ id }) => id === item.organization);
  return (
    <NameDialog
      label="Change"
      describe={`Change the project ${item.name}`}
      title={`Change ${item.name}`}
      verb="Save"
      button="btn btn-small"
      value={item.name}
      organizations={mayMove ? organizations.map(({ id, name }) => ({ id, name })) : undefined}
      organization={item.organization}
      save={save}
    />
  );
});

export const Remove = ({ kind, item }: Item) => (
  <Removal verb="Delete" what={kind} name={item.name} describe={`the ${kind} ${item.name}`} path={pathOf(kind, item.id)} page={PROJECTS}>
    <p>
      {kind === 'project'
        ? 'A project can be deleted once it has no applications. Its roles, invitations and keys end with it.'
        : 'An organization can be deleted once it has no projects. Roles in it end with it.'}
    </p>
  </Removal>
);
