import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ExecutionSummary } from '#contracts/execution';
import { ExecutionList } from '~/components/executions/execution-list';
import { FilterBar } from '~/components/executions/filter-bar';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { Page, ProjectItem, WorkflowItem } from '~/lib/api-types';
import { apiQuery, pageQuery, readFilters } from '~/lib/filters';

const PAGE_SIZE = 50;

interface ListedRegion {
  region: string;
  status: 'ok' | 'unavailable';
}

export const useExecutions = routeLoader$(async (event) => {
  const filters = readFilters(event.query);
  const now = Date.now();
  const [executions, workflows, projects] = await Promise.all([
    get<Page<ExecutionSummary> & { regions?: ListedRegion[] }>(event, `/api/v1/executions?${apiQuery(filters, now, PAGE_SIZE)}`),
    get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200'),
    get<Page<ProjectItem>>(event, '/api/v1/projects?limit=200'),
  ]);
  if (!executions.ok) failWith(event, executions.problem);
  const known = workflows.ok ? workflows.value.items : [];
  return {
    executions,
    filters,
    now,
    workflows: known.map((workflow) => ({
      name: workflow.name,
      project: workflow.project,
      pipelines: workflow.pipelines,
      environments: Object.keys(workflow.environments),
    })),
    projects: projects.ok ? projects.value.items.map(({ id, name }) => ({ id, name })) : [],
    origin: event.url.origin,
  };
});

export default component$(() => {
  const data = useExecutions();
  const { executions, filters, now, workflows, projects, origin } = data.value;
  return (
    <>
      <FilterBar filters={filters} workflows={workflows} projects={projects} />
      {executions.ok ? (
        <ExecutionList
          items={executions.value.items}
          nextCursor={executions.value.next_cursor}
          filters={filters}
          now={now}
          workflows={workflows}
          origin={origin}
          regions={executions.value.regions}
        />
      ) : (
        <ProblemPanel below problem={executions.problem} heading="The executions could not be loaded">
          <a class="btn btn-primary" href={`/executions${pageQuery(filters, {})}`}>
            Try again
          </a>
          <a class="btn" href="/executions">
            Clear filters
          </a>
        </ProblemPanel>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Executions' };
