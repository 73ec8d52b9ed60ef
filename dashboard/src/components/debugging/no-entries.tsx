/** What it means that no breakpoint, or no mock, is listed. */
import { EmptyState } from '~/components/ui/empty-state';
import { NothingFits } from '~/components/ui/nothing-fits';
import { type BoardFilters, boardsPage, isBoardFiltered } from '~/lib/board-filters';

export const NoEntries = ({ filters }: { filters: BoardFilters }) => {
  if (isBoardFiltered(filters))
    return (
      <NothingFits
        heading={filters.list === 'mocks' ? 'No mock fits these filters' : 'No breakpoint fits these filters'}
        hint="Leave something out to see more."
        clear={boardsPage({ list: filters.list })}
      />
    );
  return (
    <EmptyState heading={filters.list === 'mocks' ? 'No step is mocked' : 'No breakpoint is set'}>
      {filters.list === 'mocks' ? (
        <p>
          A mocked step gives an answer that you set, and no call goes out. Open an application, and choose <strong>Debug</strong> beside a pipeline to mock one
          of its steps.
        </p>
      ) : (
        <p>
          A breakpoint holds executions before a step until somebody decides. Open an application, and choose <strong>Debug</strong> beside a pipeline to set
          one.
        </p>
      )}
      <p class="mt-4">
        <a class="btn btn-primary" href="/applications">
          Go to applications
        </a>
      </p>
    </EmptyState>
  );
};
