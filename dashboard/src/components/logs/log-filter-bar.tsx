/** Filters of the page Logs, as a plain GET form: they live in the URL and work before any script has loaded. */
import { component$, useVisibleTask$ } from '@builder.io/qwik';
import { LOG_LEVELS } from '#contracts/log-level';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { shortId } from '~/components/ui/copy';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterSearch } from '~/components/ui/filter-search';
import { FilterSelect, named } from '~/components/ui/filter-select';
import { FilterTime } from '~/components/ui/filter-time';
import { Icon } from '~/components/ui/icon';
import { levelWord } from '~/components/ui/level-mark';
import { PageHeader } from '~/components/ui/page-header';
import { ToggleLink } from '~/components/ui/toggle-link';
import { tendForm } from '~/lib/filter-form';
import { RANGES } from '~/lib/filters';
import { gatheredPage } from '~/lib/gathered-log';
import { isLogFiltered, type LogFilters, logsPage } from '~/lib/log-filters';

const FORM = 'log-filters';

export const LogFilterBar = component$<{ filters: LogFilters; workflows: Omit<WorkflowChoice, 'project'>[] }>(({ filters, workflows }) => {
  useVisibleTask$(({ cleanup }) => cleanup(tendForm(FORM)), { strategy: 'document-ready' });

  const pipelines = [...new Set(workflows.filter((one) => !filters.workflow || one.name === filters.workflow).flatMap((one) => one.pipelines))].sort();
  const environments = [...new Set(workflows.flatMap((one) => one.environments))].sort();
  const custom = Boolean(filters.from || filters.to) && !filters.range;
  const selects: { name: 'level' | 'workflow' | 'pipeline' | 'environment' | 'range'; label: string; all: string; options: (readonly [string, string])[] }[] = [
    {
      name: 'level',
      label: 'Lowest level',
      all: 'Any level',
      options: LOG_LEVELS.filter((level) => level !== 'debug').map((level) => [level, level === 'error' ? 'Errors' : `${levelWord(level)} and above`]),
    },
  ];
  if (!filters.execution) {
    selects.push(
      { name: 'workflow', label: 'Application', all: 'All applications', options: named(workflows.map((one) => one.name)) },
      { name: 'pipeline', label: 'Pipeline', all: 'All pipelines', options: named(pipelines) },
    );
    if (environments.length > 1 || filters.environment)
      selects.push({ name: 'environment', label: 'Environment', all: 'All environments', options: named(environments) });
  }
  if (!custom) selects.push({ name: 'range', label: 'Time', all: 'Any time', options: Object.entries(RANGES).map(([value, { label }]) => [value, label]) });
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
        <form id={FORM} method="get" action="/logs" class="filters" aria-label="Filter lines">
          {!filters.live && <input type="hidden" name="live" value="0" />}
          {filters.execution && <input type="hidden" name="execution" value={filters.execution} />}
          <FilterSearch placeholder="Text in a line" label="Text in a line: its message, step or fields" value={filters.q} />
          <div class="filter-choices">
            {selects.map(({ name, label, all, options }) => (
              <FilterSelect key={name} name={name} label={label} all={all} value={filters[name]} options={options} />
            ))}
          </div>
          <TextField name="step" label="Step" placeholder="Step" value={filters.step} width="140px" />
          {!filters.execution && (
            <TextField
              name="attributes"
              label="Search attributes"
              placeholder="Attribute, as customer_id=7"
              hint="Search attributes that a pipeline declares, separated by commas: customer_id=7, plan=pro"
              value={filters.attributes}
              width="200px"
            />
          )}
          <FilterTime open={custom} from={filters.from} to={filters.to} />
          {filters.execution && (
            <a class="btn btn-quiet" href={logsPage(filters, { execution: undefined })} title="Look through all executions">
              Execution {shortId(filters.execution)}
              <Icon name="close" size={12} />
            </a>
          )}
          <FilterEnd clear={isLogFiltered(filters) && (filters.live ? '/logs' : '/logs?live=0')} />
        </form>
      </search>
    </div>
  );
});

const TextField = ({
  name,
  label,
  placeholder,
  hint,
  value,
  width,
}: {
  name: string;
  label: string;
  placeholder: string;
  hint?: string;
  value?: string;
  width: string;
}) => (
  <input
    name={name}
    class={['field min-w-0', !value && 'max-sm:hidden']}
    style={{ width }}
    data-set={value ? 'true' : undefined}
    placeholder={placeholder}
    title={hint}
    aria-label={label}
    value={value ?? ''}
    spellcheck={false}
    autoComplete="off"
  />
);
