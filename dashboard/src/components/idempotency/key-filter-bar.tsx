/** Filters of the keys, as a plain GET form: they live in the URL and work before any script has loaded. */
import { component$ } from '@builder.io/qwik';
import { KEY_STATES } from '#contracts/key-store';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { PipelineSelects } from '~/components/executions/pipeline-selects';
import { ChoiceLinks } from '~/components/ui/choice-links';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterForm } from '~/components/ui/filter-form';
import { FilterSearch } from '~/components/ui/filter-search';
import { FilterSelect } from '~/components/ui/filter-select';
import { isKeyFiltered, KEY_STATE_WORDS, type KeyFilters, keysPage } from '~/lib/key-filters';

const SCOPES = [
  { scope: 'pipeline', label: 'Of starts' },
  { scope: 'step', label: 'Of steps' },
] as const;

export const KeyFilterBar = component$<{ filters: KeyFilters; workflows: Omit<WorkflowChoice, 'project'>[] }>(({ filters, workflows }) => {
  return (
    <div class="filters border-b border-line">
      <ChoiceLinks
        label="Whose keys"
        choices={SCOPES.map(({ scope, label }) => ({ label, href: keysPage(filters, { scope }), chosen: scope === filters.scope }))}
      />
      <search class="min-w-0 max-sm:w-full">
        <FilterForm id="key-filters" action="/idempotency-keys" class="flex flex-wrap items-center gap-2" label="Filter keys">
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
        </FilterForm>
      </search>
    </div>
  );
});
