import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { BoardFilterBar } from '~/components/debugging/board-filter-bar';
import type { BreakpointItem } from '~/components/debugging/breakpoints';
import { ListedBreakpoints } from '~/components/debugging/listed-breakpoints';
import { ListedMocks } from '~/components/debugging/listed-mocks';
import type { MockItem } from '~/components/debugging/mocks';
import { NoEntries } from '~/components/debugging/no-entries';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import { get } from '~/lib/api';
import type { Page, WorkflowItem } from '~/lib/api-types';
import { boardsPage, readBoardFilters } from '~/lib/board-filters';
import { getList } from '~/lib/list';

export const useBoards = routeLoader$(async (event) => {
  const filters = readBoardFilters(event.query);
  const { list, ...query } = filters;
  const [answer, names, workflows] = await Promise.all([
    getList<BreakpointItem | MockItem>(event, `/api/v1/${list}`, query),
    actorNames(event),
    get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200'),
  ]);
  const known = workflows.ok ? workflows.value.items : [];
  return {
    answer,
    filters,
    names,
    now: Date.now(),
    workflows: known.map(({ name, pipelines, environments }) => ({ name, pipelines, environments: Object.keys(environments) })),
  };
});

export default component$(() => {
  const { answer, filters, names, workflows, now } = useBoards().value;
  return (
    <ListPage
      title="Debugging"
      what={filters.list}
      path={boardsPage(filters)}
      note="Breakpoints and mocks of all pipelines"
      answer={answer}
      filters={<BoardFilterBar filters={filters} workflows={workflows} />}
      rows={(items) =>
        filters.list === 'mocks' ? (
          <ListedMocks items={items as MockItem[]} names={names} now={now} />
        ) : (
          <ListedBreakpoints items={items as BreakpointItem[]} names={names} now={now} />
        )
      }
      empty={<NoEntries filters={filters} />}
    />
  );
});

export const head: DocumentHead = { title: 'Debugging' };
