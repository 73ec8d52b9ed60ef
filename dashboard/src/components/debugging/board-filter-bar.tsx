/** Breakpoints or mocks, and of what: as a plain GET form, which lives in the URL and works before any script has loaded. */
import { component$ } from '@builder.io/qwik';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { PipelineSelects } from '~/components/executions/pipeline-selects';
import { ChoiceLinks } from '~/components/ui/choice-links';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterForm } from '~/components/ui/filter-form';
import { BOARD_LISTS, type BoardFilters, type BoardList, boardsPage, isBoardFiltered } from '~/lib/board-filters';

const LABELS: { readonly [list in BoardList]: string } = { breakpoints: 'Breakpoints', mocks: 'Mocks' };

export const BoardFilterBar = component$<{ filters: BoardFilters; workflows: Omit<WorkflowChoice, 'project'>[] }>(({ filters, workflows }) => {
  return (
    <div class="filters border-b border-line">
      <ChoiceLinks
        label="Breakpoints or mocks"
        choices={BOARD_LISTS.map((list) => ({ label: LABELS[list], href: boardsPage(filters, { list }), chosen: list === filters.list }))}
      />
      <search class="min-w-0 max-sm:w-full">
        <FilterForm id="board-filters" action="/debugging" class="flex flex-wrap items-center gap-2" label={`Filter ${filters.list}`}>
          {filters.list !== 'breakpoints' && <input type="hidden" name="list" value={filters.list} />}
          <div class="filter-choices">
            <PipelineSelects filters={filters} workflows={workflows} />
          </div>
          <FilterEnd clear={isBoardFiltered(filters) && boardsPage({ list: filters.list })} />
        </FilterForm>
      </search>
    </div>
  );
});
