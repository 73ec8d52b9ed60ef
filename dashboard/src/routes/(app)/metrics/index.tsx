import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { Metrics } from '#contracts/api-metrics';
import { Chart } from '~/components/metrics/chart';
import { MetricsFilterBar } from '~/components/metrics/metrics-filters';
import { MetricsSummary } from '~/components/metrics/metrics-summary';
import { PipelineTable, StepTable, TimeTable } from '~/components/metrics/metrics-tables';
import { EmptyState } from '~/components/ui/empty-state';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { Page, WorkflowItem } from '~/lib/api-types';
import { CHARTS, metricsQuery, PERIODS, readMetricsFilters } from '~/lib/metrics';

export const useMetrics = routeLoader$(async (event) => {
  const filters = readMetricsFilters(event.query);
  const [answer, workflows] = await Promise.all([
    get<Metrics>(event, `/api/v1/dashboard/metrics${metricsQuery(filters)}`),
    get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200'),
  ]);
  if (!answer.ok) failWith(event, answer.problem);
  const known = workflows.ok ? workflows.value.items : [];
  return {
    answer,
    filters,
    pipelines: known.flatMap(({ name, pipelines }) => pipelines.map((pipeline) => `${name}.${pipeline}`)).sort(),
    environments: [...new Set(known.flatMap(({ environments }) => Object.keys(environments)))].sort(),
  };
});

export default component$(() => {
  const { answer, filters, pipelines, environments } = useMetrics().value;
  if (!answer.ok) {
    return (
      <ProblemPanel page="Metrics" problem={answer.problem} heading="The metrics could not be loaded">
        <a class="btn btn-primary" href={`/metrics${metricsQuery(filters)}`}>
          Try again
        </a>
        <a class="btn" href="/metrics">
          Clear filters
        </a>
      </ProblemPanel>
    );
  }
  const metrics = answer.value;
  const away = (metrics.regions ?? []).filter(({ status }) => status === 'unavailable').map(({ region }) => region);
  return (
    <>
      <PageHeader title="Metrics" note="By the time at which executions started, in UTC" open />
      <MetricsFilterBar filters={filters} pipelines={pipelines} environments={environments} />
      {away.length > 0 && (
        <p class="px-3 py-2 text-13 text-bad sm:px-4" role="status">
          {away.join(', ')} does not answer: executions that live there are missing from these numbers.
        </p>
      )}
      {metrics.partial && (
        <p class="px-3 py-2 text-13 text-retry sm:px-4" role="status">
          There were too many executions to add up at once: the oldest part of the period is missing. Load the page again, and it goes further.
        </p>
      )}
      {metrics.summary.total_executions === 0 ? (
        <EmptyState heading={`Nothing started in the last ${filters.period === '1h' ? 'hour' : PERIODS[filters.period].toLowerCase()}`}>
          <p class="mb-3">Executions show up here as soon as they have been started{filters.pipeline ? `, those of ${filters.pipeline} alone` : ''}.</p>
          <p class="flex justify-center gap-2">
            {filters.period !== '30d' && (
              <a class="btn btn-primary" href={`/metrics${metricsQuery({ ...filters, period: '30d' })}`}>
                Look at 30 days
              </a>
            )}
            {(filters.pipeline || filters.environment) && (
              <a class="btn" href={`/metrics${metricsQuery({ period: filters.period })}`}>
                All pipelines
              </a>
            )}
          </p>
        </EmptyState>
      ) : (
        <>
          <MetricsSummary metrics={metrics} filters={filters} />
          <div class="charts">
            {CHARTS.map(({ id }) => (
              <Chart key={id} id={id} series={metrics.series} pointMs={metrics.point_ms} filters={filters} />
            ))}
          </div>
          <TimeTable metrics={metrics} filters={filters} />
          <PipelineTable metrics={metrics} filters={filters} />
          <StepTable metrics={metrics} filters={filters} />
          <p class="px-3 py-4 text-12 text-text-3 sm:px-4">
            Durations are within 3.2 % of the true value. Cost is estimated from what was used, at Cloudflare’s list prices or those of this region.
          </p>
        </>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Metrics' };
