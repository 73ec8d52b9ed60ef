/** Breakpoints or mocks, and of what: as a plain GET form, which lives in the URL and works before any script has loaded. */
import { component$, useVisibleTask$ } from '@builder.io/qwik';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { PipelineSelects } from '~/components/executions/pipeline-selects';
import { FilterEnd } from '~/components/ui/filter-end';
import { BOARD_LISTS, type BoardFilters, type BoardList, boardsPage, isBoardFiltered } from '~/lib/board-filters';
import { tendForm } from '~/lib/filter-form';

const FORM = 'board-filters';
const LABELS: { readonly [list in BoardList]: string } = { breakpoints: 'Breakpoints', mocks: 'Mocks' };

export const BoardFilterBar = component$<{ filters: BoardFilters; workflows: Omit<WorkflowChoice, 'project'>[] }>(({ filters, workflows }) => {
  useVisibleTask$(({ cleanup }) => cleanup(tendForm(FORM)), { strategy: 'document-ready' });

  return (
    <div class="filters border-b border-line">
      <nav class="flex gap-1 text-13" aria-label="Breakpoints or mocks">
        {BOARD_LISTS.map((list) => (
          <a
            key={list}
            class={['btn btn-small', list !== filters.list && 'btn-quiet']}
            href={boardsPage(filters, { list })}
            aria-current={list === filters.list ? 'page' : undefined}
          >
            {LABELS[list]}
          </a>
        ))}
      </nav>
      <search class="min-w-0 max-sm:w-full">
        <form id={FORM} method="get" action="/debugging" class="flex flex-wrap items-center gap-2" aria-label={`Filter ${filters.list}`}>
          {filters.list !== 'breakpoints' && <input type="hidden" name="list" value={filters.list} />}
          <div class="filter-choices">
            <PipelineSelects filters={filters} workflows={workflows} />
          </div>
          <FilterEnd clear={isBoardFiltered(filters) && boardsPage({ list: filters.list })} />
        </form>
      </search>
    </div>
  );
});
