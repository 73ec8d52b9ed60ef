import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { EXECUTION_STATUSES, type ExecutionStatus, type ExecutionSummary } from '#contracts/execution';
import { type LiveFilters, LivePage } from '~/components/live/live-page';
import { named } from '~/components/ui/choice';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterForm } from '~/components/ui/filter-form';
import { FilterSelect } from '~/components/ui/filter-select';
import { FilterAttributes } from '~/components/ui/filter-text';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { statusWord } from '~/components/ui/status-mark';
import { failWith, get } from '~/lib/api';
import type { Page, WorkflowItem } from '~/lib/api-types';
import { liveQuery } from '~/lib/filters';
import { textOf } from '~/lib/page-params';

/** Of those that were under way before: as many as are drawn. */
const UNDER_WAY = 24;
const OPEN: readonly ExecutionStatus[] = ['running', 'waiting'];
/** Those that one sees here. */
const STATUSES: readonly ExecutionStatus[] = ['running', 'waiting', 'failed', 'completed', 'compensating', 'compensated'];

export const useLive = routeLoader$(async (event) => {
  const text = (name: string) => textOf(event.query, name);
  const filters: LiveFilters = {
    workflow: text('workflow'),
    pipeline: text('pipeline'),
    status: EXECUTION_STATUSES.find((status) => status === text('status')),
    environment: text('environment'),
    attributes: text('attributes'),
  };
  const query = liveQuery(filters);
  query.set('limit', String(UNDER_WAY));
  const [workflows, ...open] = await Promise.all([
    get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200'),
    ...OPEN.map((status) => get<Page<ExecutionSummary>>(event, `/api/v1/executions?${query}&status=${status}`)),
  ]);
  const failed = open.find((answer) => !answer.ok);
  const problem = failed && !failed.ok ? failed.problem : undefined;
  if (problem) failWith(event, problem);
  const known = workflows.ok ? workflows.value.items : [];
  return {
    problem,
    filters,
    workflows: known.map(({ name, id, version, pipelines, environments }) => ({ name, id, version, pipelines, environments: Object.keys(environments) })),
    underWay: open
      .flatMap((answer) => (answer.ok ? answer.value.items : []))
      .map(({ execution_id }) => execution_id)
      .slice(0, UNDER_WAY),
  };
});

export default component$(() => {
  const { problem, filters, workflows, underWay } = useLive().value;
  const environments = [...new Set(workflows.flatMap((one) => one.environments))].sort();
  const chosen = workflows.filter((one) => !filters.workflow || one.name === filters.workflow);
  const pipelines = [...new Set(chosen.flatMap((one) => one.pipelines))].sort();
  return (
    <>
      <PageHeader title="Live" note="Executions as they run" open />
      <FilterForm id="live-filters" action="/live" class="filters" label="Filter what is shown">
        <div class="filter-choices">
          <FilterSelect
            name="workflow"
            label="Application"
            all="All applications"
            value={filters.workflow}
            options={named(workflows.map(({ name }) => name))}
          />
          <FilterSelect name="pipeline" label="Pipeline" all="All pipelines" value={filters.pipeline} options={named(pipelines)} />
          <FilterSelect name="status" label="Status" all="Any status" value={filters.status} options={STATUSES.map((status) => [status, statusWord(status)])} />
          {(environments.length > 1 || filters.environment) && (
            <FilterSelect name="environment" label="Environment" all="All environments" value={filters.environment} options={named(environments)} />
          )}
        </div>
        <FilterAttributes value={filters.attributes} stays />
        <FilterEnd clear={Object.values(filters).some((value) => value !== undefined) && '/live'} />
      </FilterForm>
      {problem ? (
        <ProblemPanel below problem={problem} heading="What runs could not be loaded">
          <a class="btn btn-primary" href="/live">
            Try again
          </a>
        </ProblemPanel>
      ) : (
        <LivePage filters={filters} workflows={workflows.map(({ name, id, version }) => ({ name, id, version }))} underWay={underWay} />
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Live' };
