import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ApplicationList } from '~/components/applications/application-list';
import { Command } from '~/components/ui/command';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { get } from '~/lib/api';
import { deployedOf, type ProjectItem, type WorkflowItem } from '~/lib/api-types';
import { getList } from '~/lib/list';

export const useApplications = routeLoader$(async (event) => {
  const project = event.query.get('project') ?? undefined;
  const [answer, named] = await Promise.all([
    getList<WorkflowItem>(event, '/api/v1/workflows', { project }),
    project ? get<ProjectItem>(event, `/api/v1/projects/${encodeURIComponent(project)}`) : undefined,
  ]);
  if (!answer.ok) return { answer };
  const { items, next_cursor } = answer.value;
  const applications = items.map((workflow) => ({
    id: workflow.id,
    name: workflow.name,
    version: workflow.version,
    pipelines: workflow.pipelines.length,
    routes: workflow.routes,
    origin: workflow.origin,
    deployed: deployedOf(workflow),
  }));
  return { answer: { ok: true as const, value: { items: applications, next_cursor } }, project: named?.ok ? named.value.name : project };
});

export default component$(() => {
  const { answer, project } = useApplications().value;
  return (
    <ListPage
      title="Applications"
      what="applications"
      path="/applications"
      answer={answer}
      note={project && `In the project ${project}`}
      actions={
        <>
          {project && (
            <a class="btn" href="/applications">
              Show all
            </a>
          )}
          <a class="btn" href="/applications/new">
            New from YAML
          </a>
          <a class="btn btn-primary" href="/applications/new/build">
            New application
          </a>
        </>
      }
      rows={(items) => <ApplicationList applications={items} />}
      empty={
        <EmptyState heading={project ? `No application in the project ${project}` : 'No application yet'}>
          <p class="mb-4">An application is one YAML document: its pipelines, the routes that start them and what they call.</p>
          <p class="mb-4 flex flex-wrap justify-center gap-2">
            <a class="btn btn-primary" href="/applications/new/build">
              Build the first one
            </a>
            <a class="btn" href="/applications/new">
              Write YAML
            </a>
          </p>
          <p class="mb-2 text-13 text-text-2">An application in a file is deployed from the command line.</p>
          <Command label="Deploy an application" text="npm run wf -- deploy path/to/app.yaml" />
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Applications' };
