/** Filters of the page Logs, as a plain GET form: they live in the URL and work before any script has loaded. */
import { component$ } from '@builder.io/qwik';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { PipelineSelects } from '~/components/executions/pipeline-selects';
import { shortId } from '~/components/ui/copy';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterForm } from '~/components/ui/filter-form';
import { FilterLevel } from '~/components/ui/filter-level';
import { FilterSearch } from '~/components/ui/filter-search';
import { FilterSelect } from '~/components/ui/filter-select';
import { FilterAttributes, FilterText } from '~/components/ui/filter-text';
import { FilterTime } from '~/components/ui/filter-time';
import { Icon } from '~/components/ui/icon';
import { PageHeader } from '~/components/ui/page-header';
import { ToggleLink } from '~/components/ui/toggle-link';
import { RANGE_CHOICES } from '~/lib/filters';
import { gatheredPage } from '~/lib/gathered-log';
import { isLogFiltered, type LogFilters, logsPage } from '~/lib/log-filters';

export const LogFilterBar = component$<{ filters: LogFilters; workflows: Omit<WorkflowChoice, 'project'>[] }>(({ filters, workflows }) => {
  const custom = Boolean(filters.from || filters.to) && !filters.range;
  return (
    <div class="border-b border-line">
      <PageHeader
        title="Logs"
        note="Times in UTC"
        open
        actions={
          <>
            {filters.workflow && !filters.execution && (
              <a
                class="btn btn-quiet"
                href={gatheredPage(filters.workflow, { environment: filters.environment })}
                title="What its module log.collector has gathered"
              >
                Gathered by {filters.workflow}
              </a>
            )}
            <ToggleLink href={logsPage(filters, { live: !filters.live })} on={filters.live && !filters.cursor} label="Live" />
          </>
        }
      />
      <search>
        <FilterForm id="log-filters" action="/logs" class="filters" label="Filter lines">
          {!filters.live && <input type="hidden" name="live" value="0" />}
          {filters.execution && <input type="hidden" name="execution" value={filters.execution} />}
          <FilterSearch placeholder="Text in a line" label="Text in a line: its message, step or fields" value={filters.q} />
          <div class="filter-choices">
            <FilterLevel value={filters.level} />
            {!filters.execution && <PipelineSelects filters={filters} workflows={workflows} />}
            {!custom && <FilterSelect name="range" label="Time" all="Any time" value={filters.range} options={RANGE_CHOICES} />}
          </div>
          <FilterText name="step" label="Step" placeholder="Step" value={filters.step} class={`w-[140px]${filters.step ? '' : ' max-sm:hidden'}`} />
          {!filters.execution && <FilterAttributes value={filters.attributes} />}
          <FilterTime open={custom} from={filters.from} to={filters.to} />
          {filters.execution && (
            <a class="btn btn-quiet" href={logsPage(filters, { execution: undefined })} title="Look through all executions">
              Execution {shortId(filters.execution)}
              <Icon name="close" size={12} />
            </a>
          )}
          <FilterEnd clear={isLogFiltered(filters) && (filters.live ? '/logs' : '/logs?live=0')} />
        </FilterForm>
      </search>
    </div>
  );
});
