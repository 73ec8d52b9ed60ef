/** Period, pipeline and environment: links and a plain form, so that they stand in the URL and work without script. */
import { component$ } from '@builder.io/qwik';
import { named } from '~/components/ui/choice';
import { FilterSelect } from '~/components/ui/filter-select';
import { type MetricsFilters, metricsQuery, PERIODS, type Period } from '~/lib/metrics';

interface Props {
  filters: MetricsFilters;
  /** `workflow.pipeline`. */
  pipelines: string[];
  environments: string[];
}

export const MetricsFilterBar = component$<Props>(({ filters, pipelines, environments }) => (
  <div class="filters border-b border-line">
    <nav class="tabs tabs-plain -ml-2" aria-label="Period">
      {Object.entries(PERIODS).map(([period, label]) => (
        <a
          key={period}
          class="tab"
          href={`/metrics${metricsQuery({ ...filters, period: period as Period })}`}
          aria-current={filters.period === period ? 'page' : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
    <form method="get" action="/metrics" class="filter-choices" aria-label="Filter metrics">
      <input type="hidden" name="period" value={filters.period} />
      <FilterSelect name="pipeline" label="Pipeline" all="All pipelines" value={filters.pipeline} options={named(pipelines)} />
      {(environments.length > 1 || filters.environment) && (
        <FilterSelect name="environment" label="Environment" all="All environments" value={filters.environment} options={named(environments)} />
      )}
      <button type="submit" class="sr-only">
        Filter
      </button>
    </form>
  </div>
));
