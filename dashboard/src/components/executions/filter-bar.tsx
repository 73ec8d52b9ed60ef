/** Filters of the executions, as a plain GET form: they live in the URL and work before any script has loaded. */
import { $, component$, useVisibleTask$ } from '@builder.io/qwik';
import { EXECUTION_STATUSES } from '#contracts/execution';
import { BulkDialog } from '~/components/executions/bulk-dialog';
import { OpenFile } from '~/components/executions/open-file';
import { SavedViews } from '~/components/executions/saved-views';
import { Icon } from '~/components/ui/icon';
import { statusWord } from '~/components/ui/status-mark';
import { ToggleLink } from '~/components/ui/toggle-link';
import { tendForm } from '~/lib/filter-form';
import { type Filters, isFiltered, pageQuery, RANGES, WENT_WRONG } from '~/lib/filters';

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
  const submit = $((_: Event, field: HTMLSelectElement) => {
    // The pipelines of one workflow are none of another's.
    if (field.name === 'workflow') for (const other of field.form?.querySelectorAll<HTMLSelectElement>('[name=pipeline]') ?? []) other.value = '';
    field.form?.requestSubmit();
  });
  useVisibleTask$(({ cleanup }) => cleanup(tendForm('filters')), { strategy: 'document-ready' });

  const pipelines = [...new Set(workflows.filter((one) => !filters.workflow || one.name === filters.workflow).flatMap((one) => one.pipelines))].sort();
  const environments = [...new Set(workflows.flatMap((one) => one.environments))].sort();
  const custom = Boolean(filters.from || filters.to) && !filters.range;
  return (
    <div class="border-b border-line">
      <div class="flex flex-wrap items-center gap-2 px-3 pt-4 sm:px-4">
        <h1 class="text-20 font-semibold">Executions</h1>
        <div class="ml-auto flex flex-wrap items-center justify-end gap-2">
          <SavedViews filters={filters} />
          {isFiltered(filters) && <BulkDialog filters={filters} />}
          <OpenFile />
          <ToggleLink href={`/executions${pageQuery(filters, { live: !filters.live })}`} on={filters.live && !filters.cursor} label="Live" />
        </div>
      </div>
      <search>
        <form id="filters" method="get" action="/executions" class="flex flex-wrap items-center gap-2 px-3 pt-2 pb-3 sm:px-4" aria-label="Filter executions">
          {!filters.live && <input type="hidden" name="live" value="0" />}
          <div class="relative min-w-0 grow basis-full sm:max-w-[280px] sm:basis-auto">
            <Icon name="search" size={14} class="pointer-events-none absolute top-2.5 left-2.5 text-text-3" />
            <input
              id="q"
              name="q"
              type="search"
              class="field w-full"
              style={{ paddingLeft: '30px', paddingRight: '30px' }}
              placeholder="Id, pipeline or error"
              value={filters.q ?? ''}
              aria-label="Text in id, pipeline or error"
            />
            <kbd class="kbd pointer-events-none absolute top-1.5 right-1.5 max-sm:hidden">/</kbd>
          </div>
          <div
            class="flex gap-2 max-sm:-mx-3 max-sm:basis-[calc(100%+24px)] max-sm:overflow-x-auto max-sm:px-3 max-sm:py-0.5"
            style={{ scrollbarWidth: 'none' }}
          >
            <Select
              name="status"
              label="Status"
              all="Any status"
              value={filters.status}
              options={[...EXECUTION_STATUSES.map((status): [string, string] => [status, statusWord(status)]), [WENT_WRONG, 'Went wrong']]}
              submit={submit}
            />
            <Select
              name="workflow"
              label="Workflow"
              all="All workflows"
              value={filters.workflow}
              options={withCurrent(
                workflows.map((one) => one.name),
                filters.workflow,
              )}
              submit={submit}
            />
            <Select
              name="pipeline"
              label="Pipeline"
              all="All pipelines"
              value={filters.pipeline}
              options={withCurrent(pipelines, filters.pipeline)}
              submit={submit}
            />
            {(environments.length > 1 || filters.environment) && (
              <Select
                name="environment"
                label="Environment"
                all="All environments"
                value={filters.environment}
                options={withCurrent(environments, filters.environment)}
                submit={submit}
              />
            )}
            {(projects.length > 1 || filters.project) && (
              <Select
                name="project"
                label="Project"
                all="All projects"
                value={filters.project}
                options={projects.map(({ id, name }) => [id, name])}
                submit={submit}
              />
            )}
            {!custom && (
              <Select
                name="range"
                label="Started"
                all="Any time"
                value={filters.range}
                options={Object.entries(RANGES).map(([value, { label }]) => [value, label])}
                submit={submit}
              />
            )}
          </div>
          <input
            name="attributes"
            class={['field min-w-0 sm:w-[200px]', !filters.attributes && 'max-sm:hidden']}
            style={filters.attributes ? { borderColor: 'var(--accent)' } : {}}
            placeholder="customer_id=cust_789"
            title="Search attributes that a pipeline declares, with commas between"
            aria-label="Search attributes"
            value={filters.attributes ?? ''}
            spellcheck={false}
            autoComplete="off"
          />
          <details class={['relative', !custom && 'max-sm:hidden']} open={custom}>
            <summary class="btn btn-quiet list-none">{custom ? 'Between (UTC)' : 'Custom time'}</summary>
            <div
              class={
                custom
                  ? 'flex flex-wrap items-center gap-2 pt-2'
                  : 'absolute top-9 z-20 max-lg:right-0 lg:left-0 grid w-[260px] gap-2 rounded-lg border border-line bg-raised p-3 shadow-lg'
              }
            >
              <label class="grid gap-1 text-12 text-text-2">
                From (UTC)
                <input type="datetime-local" name="from" class="field" value={filters.from?.slice(0, 16) ?? ''} />
              </label>
              <label class="grid gap-1 text-12 text-text-2">
                To (UTC)
                <input type="datetime-local" name="to" class="field" value={filters.to?.slice(0, 16) ?? ''} />
              </label>
              <button type="submit" class="btn">
                Apply
              </button>
            </div>
          </details>
          {isFiltered(filters) && (
            <a class="btn btn-quiet" href={`/executions${filters.live ? '' : '?live=0'}`}>
              Clear
            </a>
          )}
          <button type="submit" class="sr-only">
            Filter
          </button>
        </form>
      </search>
    </div>
  );
});

function withCurrent(names: string[], current: string | undefined): [string, string][] {
  const all = current && !names.includes(current) ? [...names, current] : names;
  return all.map((name) => [name, name]);
}

const Select = ({
  name,
  label,
  all,
  value,
  options,
  submit,
}: {
  name: string;
  label: string;
  all: string;
  value?: string;
  options: [string, string][];
  submit: ReturnType<typeof $<(event: Event, field: HTMLSelectElement) => void>>;
}) => (
  <select
    name={name}
    class="field flex-none"
    aria-label={label}
    onChange$={submit}
    style={{ maxWidth: '200px', ...(value ? { borderColor: 'var(--accent)' } : {}) }}
  >
    <option value="" selected={!value}>
      {all}
    </option>
    {options.map(([option, text]) => (
      <option key={option} value={option} selected={option === value}>
        {text}
      </option>
    ))}
  </select>
);
