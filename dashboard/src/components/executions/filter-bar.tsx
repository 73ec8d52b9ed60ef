/** Filters of the executions, as a plain GET form: they live in the URL and work before any script has loaded. */
import { component$ } from '@builder.io/qwik';
import { EXECUTION_STATUSES } from '#contracts/execution';
import { BulkDialog } from '~/components/executions/bulk-dialog';
import { OpenFile } from '~/components/executions/open-file';
import { PipelineSelects } from '~/components/executions/pipeline-selects';
import { SavedViews } from '~/components/executions/saved-views';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterForm } from '~/components/ui/filter-form';
import { FilterSearch } from '~/components/ui/filter-search';
import { FilterSelect } from '~/components/ui/filter-select';
import { FilterAttributes } from '~/components/ui/filter-text';
import { FilterTime } from '~/components/ui/filter-time';
import { PageHeader } from '~/components/ui/page-header';
import { statusWord } from '~/components/ui/status-mark';
import { ToggleLink } from '~/components/ui/toggle-link';
import { type Filters, isFiltered, pageQuery, RANGE_CHOICES, WENT_WRONG } from '~/lib/filters';

export interface WorkflowChoice {
  name: string;
  pipelines: string[];
  environments: string[];
  project: string;
}

export interface ProjectChoice {
  id: string;
  name: string;
}

export const FilterBar = component$<{ filters: Filters; workflows: WorkflowChoice[]; projects: ProjectChoice[] }>(({ filters, workflows, projects }) => {
  const custom = Boolean(filters.from || filters.to) && !filters.range;
  return (
    <div class="border-b border-line">
      <PageHeader
        title="Executions"
        open
        actions={
          <>
            <SavedViews filters={filters} />
            {isFiltered(filters) && <BulkDialog filters={filters} />}
            <OpenFile />
            <ToggleLink href={`/executions${pageQuery(filters, { live: !filters.live })}`} on={filters.live && !filters.cursor} label="Live" />
          </>
        }
      />
      <search>
        <FilterForm id="filters" action="/executions" class="filters" label="Filter executions">
          {!filters.live && <input type="hidden" name="live" value="0" />}
          <FilterSearch placeholder="Id, pipeline or error" label="Text in id, pipeline or error" value={filters.q} />
          <div class="filter-choices">
            <FilterSelect
              name="status"
              label="Status"
              all="Any status"
              value={filters.status}
              options={[...EXECUTION_STATUSES.map((status) => [status, statusWord(status)] as const), [WENT_WRONG, 'Went wrong']]}
            />
            <PipelineSelects filters={filters} workflows={workflows} />
            {(projects.length > 1 || filters.project) && (
              <FilterSelect name="project" label="Project" all="All projects" value={filters.project} options={projects.map(({ id, name }) => [id, name])} />
            )}
            {!custom && <FilterSelect name="range" label="Started" all="Any time" value={filters.range} options={RANGE_CHOICES} />}
          </div>
          <FilterAttributes value={filters.attributes} />
          <FilterTime open={custom} from={filters.from} to={filters.to} />
          <FilterEnd clear={isFiltered(filters) && `/executions${filters.live ? '' : '?live=0'}`} />
        </FilterForm>
      </search>
    </div>
  );
});
