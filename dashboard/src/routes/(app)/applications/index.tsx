import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ApplicationList } from '~/components/applications/application-list';
import { Command } from '~/components/ui/command';
import { EmptyState } from '~/components/ui/empty-state';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import { deployedOf, type Page, type WorkflowItem } from '~/lib/api-types';

export const useApplications = routeLoader$(async (event) => {
  const cursor = event.query.get('cursor');
  const workflows = await get<Page<WorkflowItem>>(event, `/api/v1/workflows?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
  if (!workflows.ok) {
    event.status(workflows.problem.status >= 400 ? workflows.problem.status : 500);
    return workflows;
  }
  return {
    ok: true as const,
    next: workflows.value.next_cursor,
    applications: workflows.value.items.map((workflow) => ({
      id: workflow.id,
      name: workflow.name,
      version: workflow.version,
      pipelines: workflow.pipelines.length,
      routes: workflow.routes,
      origin: workflow.origin,
      deployed: deployedOf(workflow),
    })),
  };
});

export default component$(() => {
  const data = useApplications();
  if (!data.value.ok) {
    return (
      <ProblemPanel problem={data.value.problem} heading="The applications could not be loaded">
        <a class="btn btn-primary" href="/applications">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { applications, next } = data.value;
  return (
    <>
      <h1 class="border-b border-line px-3 py-4 text-20 font-semibold sm:px-4">Applications</h1>
      {applications.length === 0 ? (
        <EmptyState heading="No application yet">
          <p class="mb-4">An application is one YAML document: its pipelines, the routes that start them and what they call. This deploys one.</p>
          <Command label="Deploy an application" text="npm run wf -- deploy path/to/app.yaml" />
        </EmptyState>
      ) : (
        <ApplicationList applications={applications} />
      )}
      {next && (
        <p class="flex justify-end p-4">
          <a class="btn" href={`/applications?cursor=${encodeURIComponent(next)}`}>
            More
          </a>
        </p>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Applications' };
