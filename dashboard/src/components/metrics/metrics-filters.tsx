/** Period, pipeline and environment: links and a plain form, so that they stand in the URL and work without script. */
import { $, component$ } from '@builder.io/qwik';
import { type MetricsFilters, metricsQuery, PERIODS, type Period } from '~/lib/metrics';

interface Props {
  filters: MetricsFilters;
  /** `workflow.pipeline`. */
  pipelines: string[];
  environments: string[];
}

export const MetricsFilterBar = component$<Props>(({ filters, pipelines, environments }) => {
  const submit = $((_: Event, field: HTMLSelectElement) => {
    for (const each of field.form?.querySelectorAll('select') ?? []) each.disabled = each.value === '';
    field.form?.requestSubmit();
  });
  return (
    <div class="flex flex-wrap items-center gap-2 border-b border-line px-3 pb-3 sm:px-4">
      <nav class="tabs tabs-plain" aria-label="Period">
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
      <form method="get" action="/metrics" class="flex flex-wrap items-center gap-2" aria-label="Filter metrics">
        <input type="hidden" name="period" value={filters.period} />
        <select name="pipeline" class="field" style={{ maxWidth: '260px' }} aria-label="Pipeline" onChange$={submit}>
          <option value="" selected={!filters.pipeline}>
            All pipelines
          </option>
          {withCurrent(pipelines, filters.pipeline).map((name) => (
            <option key={encodeURIComponent(name)} value={name} selected={name === filters.pipeline}>
              {name}
            </option>
          ))}
        </select>
        {(environments.length > 1 || filters.environment) && (
          <select name="environment" class="field" aria-label="Environment" onChange$={submit}>
            <option value="" selected={!filters.environment}>
              All environments
            </option>
            {withCurrent(environments, filters.environment).map((name) => (
              <option key={encodeURIComponent(name)} value={name} selected={name === filters.environment}>
                {name}
              </option>
            ))}
          </select>
        )}
        <button type="submit" class="sr-only">
          Filter
        </button>
      </form>
    </div>
  );
});

function withCurrent(names: string[], current: string | undefined): string[] {
  return current && !names.includes(current) ? [...names, current] : names;
}
