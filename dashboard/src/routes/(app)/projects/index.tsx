/** Organizations of the company and the projects in them: who works on what, apart from the others. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { atLeast } from '#contracts/access';
import { NewOrganization, NewProject } from '~/components/access/project-actions';
import { ProjectList } from '~/components/access/project-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { get } from '~/lib/api';
import type { MeItem, OrganizationItem, Page, ProjectItem } from '~/lib/api-types';
import { getList } from '~/lib/list';

export const useProjects = routeLoader$(async (event) => {
  const [answer, organizations, me] = await Promise.all([
    getList<ProjectItem>(event, '/api/v1/projects', {}, 200),
    get<Page<OrganizationItem>>(event, '/api/v1/organizations?limit=200'),
    get<MeItem>(event, '/api/v1/auth/me'),
  ]);
  return { answer, organizations: organizations.ok ? organizations.value.items : [], isAdmin: me.ok && atLeast(me.value.role ?? undefined, 'admin') };
});

export default component$(() => {
  const { answer, organizations, isAdmin } = useProjects().value;
  const own = organizations.filter(({ your_role }) => atLeast(your_role, 'admin'));
  return (
    <ListPage
      title="Projects"
      what="projects"
      path="/projects"
      answer={answer}
      actions={
        <>
          {isAdmin && <NewOrganization />}
          {own.length > 0 && <NewProject organizations={own} />}
        </>
      }
      rows={(items) => <ProjectList projects={items} organizations={organizations} isAdmin={isAdmin} />}
      empty={
        <EmptyState heading="No project that you have a role in">
          <p>An admin of the company gives you a role in one, on the page Members.</p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Projects' };
