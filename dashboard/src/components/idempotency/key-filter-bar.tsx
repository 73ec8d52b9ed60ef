/** Filters of the keys, as a plain GET form: they live in the URL and work before any script has loaded. */
import { component$, useVisibleTask$ } from '@builder.io/qwik';
import { KEY_STATES } from '#contracts/key-store';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { PipelineSelects } from '~/components/executions/pipeline-selects';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterSearch } from '~/components/ui/filter-search';
import { FilterSelect } from '~/components/ui/filter-select';
import { tendForm } from '~/lib/filter-form';
import { isKeyFiltered, KEY_STATE_WORDS, type KeyFilters, keysPage } from '~/lib/key-filters';

const FORM = 'key-filters';
const SCOPES = [
  { scope: 'pipeline', label: 'Of starts' },
  { scope: 'step', label: 'Of steps' },
] as const;

export const KeyFilterBar = component$<{ filters: KeyFilters; workflows: Omit<WorkflowChoice, 'project'>[] }>(({ filters, workflows }) => {
  useVisibleTask$(({ cleanup }) => cleanup(tendForm(FORM)), { strategy: 'document-ready' });

  return (
    <div class="filters border-b border-line">
      <nav class="flex gap-1 text-13" aria-label="Whose keys">
        {SCOPES.map(({ scope, label }) => (
          <a
            key={scope}
            class={['btn btn-small', scope !== filters.scope && 'btn-quiet']}
            href={keysPage(filters, { scope })}
            aria-current={scope === filters.scope ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <search class="min-w-0 max-sm:w-full">
        <form id={FORM} method="get" action="/idempotency-keys" class="flex flex-wrap items-center gap-2" aria-label="Filter keys">
          {filters.scope !== 'pipeline' && <input type="hidden" name="scope" value={filters.scope} />}
          <FilterSearch placeholder="Text in the key" label="Text in the key" value={filters.q} />
          <div class="filter-choices">
            <FilterSelect
              name="state"
              label="State"
              all="Any state"
              value={filters.state}
              options={KEY_STATES.map((state) => [state, KEY_STATE_WORDS[state]] as const)}
            />
            <PipelineSelects filters={filters} workflows={workflows} />
          </div>
          <FilterEnd clear={isKeyFiltered(filters) && keysPage({ scope: filters.scope })} />
        </form>
      </search>
    </div>
  );
});
