import { component$, useVisibleTask$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { EXECUTION_STATUSES, type ExecutionStatus, type ExecutionSummary } from '#contracts/execution';
import { type LiveFilters, LivePage } from '~/components/live/live-page';
import { FilterSelect, named } from '~/components/ui/filter-select';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { statusWord } from '~/components/ui/status-mark';
import { get } from '~/lib/api';
import type { Page, WorkflowItem } from '~/lib/api-types';
import { tendForm } from '~/lib/filter-form';
import { liveQuery } from '~/lib/filters';

/** Of those that were under way before: as many as are drawn. */
const UNDER_WAY = 24;
const OPEN: readonly ExecutionStatus[] = ['running', 'waiting'];
/** Those that one sees here. */
const STATUSES: readonly ExecutionStatus[] = ['running', 'waiting', 'failed', 'completed', 'compensating', 'compensated'];

export const useLive = routeLoader$(async (event) => {
  const text = (name: string) => event.query.get(name)?.trim() || undefined;
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
  if (problem) event.status(problem.status >= 400 ? problem.status : 500);
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
  useVisibleTask$(({ cleanup }) => cleanup(tendForm('live-filters')), { strategy: 'document-ready' });
  const environments = [...new Set(workflows.flatMap((one) => one.environments))].sort();
  const chosen = workflows.filter((one) => !filters.workflow || one.name === filters.workflow);
  const pipelines = [...new Set(chosen.flatMap((one) => one.pipelines))].sort();
  return (
    <>
      <PageHeader title="Live" note="Executions as they run" open />
      <form id="live-filters" method="get" action="/live" class="filters" aria-label="Filter what is shown">
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
        <input
          name="attributes"
          class="field min-w-0 max-sm:w-full sm:w-[200px]"
          data-set={filters.attributes ? 'true' : undefined}
          placeholder="Attribute, as customer_id=7"
          title="Search attributes that a pipeline declares, separated by commas: customer_id=7, plan=pro"
          aria-label="Search attributes"
          value={filters.attributes ?? ''}
          spellcheck={false}
          autoComplete="off"
        />
        {Object.values(filters).some((value) => value !== undefined) && (
          <a class="btn btn-quiet" href="/live">
            Clear
          </a>
        )}
        <button type="submit" class="sr-only">
          Filter
        </button>
      </form>
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
