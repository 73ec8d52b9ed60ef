/** What the modules `log.collector` and `eventlogger.modular` of an application have gathered, the newest on top. */
import { component$ } from '@builder.io/qwik';
import type { AppLogLine } from '#contracts/observation';
import { named } from '~/components/ui/choice';
import { type Column, DataTable } from '~/components/ui/data-table';
import { EmptyState } from '~/components/ui/empty-state';
import { FilterEnd } from '~/components/ui/filter-end';
import { FilterForm } from '~/components/ui/filter-form';
import { FilterLevel } from '~/components/ui/filter-level';
import { FilterSearch } from '~/components/ui/filter-search';
import { FilterSelect } from '~/components/ui/filter-select';
import { LevelMark } from '~/components/ui/level-mark';
import { Moment } from '~/components/ui/moment';
import { Pager } from '~/components/ui/pager';
import { ProblemPanel } from '~/components/ui/problem-panel';
import type { Answer } from '~/lib/api';
import type { GatheredLogItem } from '~/lib/api-types';
import { PRODUCTION } from '~/lib/environment';
import { fieldsOf, type GatheredFilters, gatheredPage, isGatheredFiltered, placeOfLine } from '~/lib/gathered-log';

const FORM = 'gathered-filters';

interface Props {
  application: { id: string; pipelines: string[]; environments: string[] };
  filters: GatheredFilters;
  answer: Answer<GatheredLogItem>;
  now: number;
}

export const GatheredLog = component$<Props>(({ application, filters, answer, now }) => {
  if (!answer.ok) {
    return (
      <ProblemPanel below problem={answer.problem} heading="The log could not be loaded">
        <a class="btn btn-primary" href={gatheredPage(application.id, filters)}>
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { items, next_cursor, collected } = answer.value;
  return (
    <>
      <search>
        <FilterForm id={FORM} action={`/applications/${application.id}`} class="filters border-b border-line pt-3" label="Filter the log">
          <input type="hidden" name="view" value="log" />
          <FilterSearch placeholder="Text in a line" label="Text in a line: its message, step or fields" value={filters.q} />
          <div class="filter-choices">
            <FilterLevel value={filters.level} />
            <FilterSelect name="pipeline" label="Pipeline" all="All pipelines" value={filters.pipeline} options={named(application.pipelines)} />
            <FilterSelect
              name="environment"
              label="Environment"
              all={PRODUCTION}
              value={filters.environment === PRODUCTION ? undefined : filters.environment}
              options={named(application.environments.filter((name) => name !== PRODUCTION))}
            />
          </div>
          <FilterEnd clear={isGatheredFiltered(filters) && gatheredPage(application.id, { environment: filters.environment })} />
        </FilterForm>
      </search>
      {items.length === 0 ? <Nothing collected={collected} filters={filters} isCut={next_cursor !== null} /> : <Lines lines={items} now={now} />}
      <Pager next={next_cursor} label={items.length === 0 ? 'Search on' : 'Older'} />
    </>
  );
});

const Lines = ({ lines, now }: { lines: AppLogLine[]; now: number }) => {
  const columns: Column<[AppLogLine, number]>[] = [
    {
      title: 'Message',
      class: 'truncate',
      cell: ([line]) => (
        <span title={line.message}>
          {line.execution_id === undefined ? (
            line.message
          ) : (
            <a class="row-link" href={`/executions/${line.execution_id}${line.step === undefined ? '' : `?step=${encodeURIComponent(line.step)}`}`}>
              {line.message}
            </a>
          )}
          <span class="mono ml-3 text-12 text-text-3">{fieldsOf(line)}</span>
        </span>
      ),
    },
    { title: 'Level', width: '72px', phone: 'end', cell: ([{ level }]) => <LevelMark level={level} /> },
    { title: 'Of', width: '24%', phone: 'cut', class: 'truncate text-text-2', cell: ([line]) => <span title={placeOfLine(line)}>{placeOfLine(line)}</span> },
    { title: 'Said', width: '120px', phone: 'plain', class: 'text-text-2', cell: ([{ at }]) => <Moment at={at} now={now} /> },
  ];
  const rows = lines.map((line, index): [AppLogLine, number] => [line, index]);
  return <DataTable caption="Gathered lines, newest first" columns={columns} rows={rows} keyOf={([{ at }, index]) => `${at}/${index}`} fixed />;
};

const Nothing = ({ collected, filters, isCut }: { collected: boolean; filters: GatheredFilters; isCut: boolean }) => {
  if (isCut)
    return (
      <EmptyState heading="None among the newest">
        <p>2,000 executions were looked through. Search on, or narrow it by pipeline.</p>
      </EmptyState>
    );
  if (isGatheredFiltered(filters))
    return (
      <EmptyState heading="No line fits these filters">
        <p>A part of a word is enough. Leave something out to see more.</p>
      </EmptyState>
    );
  if (collected)
    return (
      <EmptyState heading={`Nothing has been gathered in ${filters.environment} yet`}>
        <p>An execution stands here once it has ended. What those that run are saying is on the page Logs.</p>
      </EmptyState>
    );
  return (
    <EmptyState heading={`What runs in ${filters.environment} gathers no log`}>
      <p>
        Every execution keeps its own log, and the page Logs looks through all of them. With a module <code class="mono">log.collector</code> the lines of an
        application stand together here, requests at the door among them, for as long as it says:
      </p>
      <p class="mono mt-3 text-12">{'modules: [{name: logs, type: log.collector, config: {level: info, retentionDays: 30}}]'}</p>
    </EmptyState>
  );
};
