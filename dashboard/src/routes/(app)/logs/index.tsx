import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { LogFilterBar } from '~/components/logs/log-filter-bar';
import { LogList } from '~/components/logs/log-list';
import { EmptyState } from '~/components/ui/empty-state';
import { NothingFits } from '~/components/ui/nothing-fits';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { LogsAnswer, Page, WorkflowItem } from '~/lib/api-types';
import { isLogFiltered, logQuery, logsPage, readLogFilters } from '~/lib/log-filters';

const FIRST = 100;

export const useLogs = routeLoader$(async (event) => {
  const filters = readLogFilters(event.query);
  const now = Date.now();
  const [lines, workflows] = await Promise.all([
    get<LogsAnswer>(event, `/api/v1/logs?${logQuery(filters, now, FIRST)}`),
    get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200'),
  ]);
  if (!lines.ok) failWith(event, lines.problem);
  const known = workflows.ok ? workflows.value.items : [];
  return {
    lines,
    filters,
    now,
    workflows: known.map(({ name, pipelines, environments }) => ({ name, pipelines, environments: Object.keys(environments) })),
  };
});

export default component$(() => {
  const { lines, filters, now, workflows } = useLogs().value;
  const away = lines.ok ? (lines.value.regions ?? []).filter(({ status }) => status === 'unavailable').map(({ region }) => region) : [];
  return (
    <>
      <LogFilterBar filters={filters} workflows={workflows} />
      {away.length > 0 && (
        <p class="px-3 py-2 text-13 text-bad sm:px-4" role="status">
          {away.join(', ')} does not answer: lines of executions that live there are missing.
        </p>
      )}
      {lines.ok ? (
        <LogList key={logsPage(filters, { cursor: filters.cursor })} filters={filters} now={now} first={lines.value}>
          {isLogFiltered(filters) ? (
            <NothingFits
              heading="No log line fits these filters"
              hint="A part of a word is enough, and a step is found by its name. Leave something out to see more."
              clear="/logs"
            />
          ) : (
            <EmptyState heading="No log lines yet">
              <p>What happens to executions is logged here, and what their steps of the type step.log write. Start one, and leave the page open.</p>
              <p class="mt-4">
                <a class="btn" href="/applications">
                  Applications
                </a>
              </p>
            </EmptyState>
          )}
        </LogList>
      ) : (
        <ProblemPanel below problem={lines.problem} heading="The logs could not be loaded">
          <a class="btn btn-primary" href={logsPage(filters)}>
            Try again
          </a>
          <a class="btn" href="/logs">
            Clear filters
          </a>
        </ProblemPanel>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Logs' };
