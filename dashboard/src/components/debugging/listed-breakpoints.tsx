/** Breakpoints of all pipelines: where executions are held, since when, and the way to those that are. */
import { component$ } from '@builder.io/qwik';
import { placeColumns, standingColumns } from '~/components/debugging/board-columns';
import type { BreakpointItem } from '~/components/debugging/breakpoints';
import { RemoveEntry } from '~/components/debugging/remove-entry';
import { type Column, DataTable } from '~/components/ui/data-table';
import type { ActorNames } from '~/lib/actors';
import { boardEntryApi, heldPath } from '~/lib/board-filters';

interface Props {
  items: BreakpointItem[];
  names: ActorNames;
  now: number;
}

export const ListedBreakpoints = component$<Props>(({ items, names, now }) => {
  const columns: Column<BreakpointItem>[] = [
    ...placeColumns<BreakpointItem>(),
    {
      title: 'Only when',
      phone: 'fact',
      class: 'truncate text-text-2',
      cell: ({ condition }) =>
        condition === undefined ? (
          'always'
        ) : (
          <code class="mono text-12" title={condition}>
            {condition}
          </code>
        ),
    },
    { title: 'Tells', phone: 'fact', class: 'truncate text-text-2', cell: ({ notify }) => (notify.length === 0 ? 'nobody' : toldTo(notify)) },
    ...standingColumns<BreakpointItem>(names, now),
    {
      title: 'Actions',
      width: '180px',
      phone: 'actions',
      cell: (item) => (
        <>
          <a class="btn btn-small btn-quiet" href={heldPath(item)} aria-label={`Paused executions of ${item.workflow}.${item.pipeline}`}>
            Paused
          </a>
          <RemoveEntry
            what="breakpoint"
            name={`the breakpoint before ${item.step} of ${item.workflow}.${item.pipeline}`}
            path={boardEntryApi(item, ['breakpoints', item.id])}
          >
            <p>
              Executions of {item.workflow}.{item.pipeline} in {item.environment} are no longer held before {item.step}. What is held stays held until somebody
              decides.
            </p>
          </RemoveEntry>
        </>
      ),
    },
  ];
  return <DataTable caption="Breakpoints of all pipelines" columns={columns} rows={items} keyOf={({ id }) => id} fixed />;
});

/** The first by name, the others by how many they are. */
const toldTo = (notify: string[]) => <span title={notify.join(', ')}>{notify.length === 1 ? notify[0] : `${notify[0]} and ${notify.length - 1} more`}</span>;
