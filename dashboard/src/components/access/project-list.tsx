/** Projects under their organizations. */
import { component$ } from '@builder.io/qwik';
import { atLeast, DEFAULT_ORGANIZATION, DEFAULT_PROJECT, type Role } from '#contracts/access';
import { ChangeProject, Remove, Rename } from '~/components/access/project-actions';
import { Copy } from '~/components/ui/copy';
import type { OrganizationItem, ProjectItem } from '~/lib/api-types';

interface Props {
  projects: ProjectItem[];
  /** Those in which somebody has a role; others are known by their projects. */
  organizations: OrganizationItem[];
  /** In the company. */
  isAdmin: boolean;
}

export const ProjectList = component$<Props>(({ projects, organizations, isAdmin }) => {
  const names = new Map(projects.map(({ organization, organization_name }) => [organization, organization_name]));
  for (const { id, name } of organizations) names.set(id, name);
  const own = new Map(organizations.map((organization) => [organization.id, organization]));
  const isManaged = (one: { your_role?: Role }) => atLeast(one.your_role, 'admin');
  const managed = organizations.filter(isManaged);
  return (
    <>
      {[...names].map(([id, name]) => (
        <section key={id} aria-labelledby={id} class="border-b border-line pb-2">
          <header class="flex flex-wrap items-center gap-2 px-3 pt-4 pb-2 sm:px-4">
            <h2 id={id} class="text-14 font-semibold">
              {name}
            </h2>
            <span class="text-12 text-text-3">organization</span>
            {own.has(id) && (
              <span class="ml-auto flex gap-2">
                <a class="btn btn-small" href={`/members?place=organization/${id}`}>
                  Members
                </a>
                {isManaged(own.get(id)!) && <Rename item={own.get(id)!} />}
                {id !== DEFAULT_ORGANIZATION && isAdmin && <Remove kind="organization" item={own.get(id)!} />}
              </span>
            )}
          </header>
          <ul>
            {projects
              .filter(({ organization }) => organization === id)
              .map((project) => (
                <li key={project.id} class="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-3 py-2 sm:px-4">
                  <a class="row-link min-w-0 text-13 wrap-anywhere" href={`/applications?project=${project.id}`}>
                    {project.name}
                  </a>
                  <Copy text={project.id} label="Id of the project" class="mono text-12 text-text-3" />
                  <span class="flex gap-2 max-sm:basis-full sm:ml-auto">
                    <a class="btn btn-small" href={`/members?place=project/${project.id}`}>
                      Members
                    </a>
                    {isManaged(project) && <ChangeProject item={project} organizations={managed} />}
                    {project.id !== DEFAULT_PROJECT && isManaged(project) && <Remove kind="project" item={project} />}
                  </span>
                </li>
              ))}
          </ul>
          {projects.every(({ organization }) => organization !== id) && <p class="px-3 pb-2 text-12 text-text-3 sm:px-4">No project in it yet.</p>}
        </section>
      ))}
    </>
  );
});
