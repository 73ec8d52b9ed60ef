/** Organizations of the company and the projects in them: who works on what, apart from the others. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { NewOrganization, NewProject } from '~/components/access/project-actions';
import { ProjectList } from '~/components/access/project-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { get } from '~/lib/api';
import type { OrganizationItem, Page, ProjectItem } from '~/lib/api-types';
import { getList } from '~/lib/list';

export const useProjects = routeLoader$(async (event) => {
  const [answer, organizations] = await Promise.all([
    getList<ProjectItem>(event, '/api/v1/projects', {}, 200),
    get<Page<OrganizationItem>>(event, '/api/v1/organizations?limit=200'),
  ]);
  return { answer, organizations: organizations.ok ? organizations.value.items : [] };
});

export default component$(() => {
  const { answer, organizations } = useProjects().value;
  return (
    <ListPage
      title="Projects"
      what="projects"
      path="/projects"
      answer={answer}
      actions={
        <>
          <NewOrganization />
          <NewProject organizations={organizations} />
        </>
      }
      rows={(items) => <ProjectList projects={items} organizations={organizations} />}
      empty={
        <EmptyState heading="No project that you have a role in">
          <p>An admin of the company gives you a role in one, on the page Members.</p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Projects' };
