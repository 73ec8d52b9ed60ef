/** Mocks of all pipelines: which steps do not do what they say, and what they answer instead. */
import { component$ } from '@builder.io/qwik';
import { placeColumns, standingColumns } from '~/components/debugging/board-columns';
import type { MockItem } from '~/components/debugging/mocks';
import { RemoveEntry } from '~/components/debugging/remove-entry';
import { type Column, DataTable } from '~/components/ui/data-table';
import type { ActorNames } from '~/lib/actors';
import { boardEntryApi } from '~/lib/board-filters';

const MOST_TEXT = 300;

interface Props {
  items: MockItem[];
  names: ActorNames;
  now: number;
}

export const ListedMocks = component$<Props>(({ items, names, now }) => {
  const columns: Column<MockItem>[] = [
    ...placeColumns<MockItem>(),
    {
      title: 'Comes to',
      width: '26%',
      phone: 'fact',
      class: 'truncate text-text-2',
      cell: ({ answers }) => (
        <code class="mono text-12" title={textOf(answers)}>
          {textOf(answers)}
        </code>
      ),
    },
    ...standingColumns<MockItem>(names, now),
    {
      title: 'Actions',
      width: '110px',
      phone: 'actions',
      cell: (item) => (
        <RemoveEntry what="mock" name={`the mock of ${item.step} of ${item.workflow}.${item.pipeline}`} path={boardEntryApi(item, ['mock', item.step])}>
          <p>
            From its next call on, {item.step} of {item.workflow}.{item.pipeline} in {item.environment} does for real what it says: calls go out.
          </p>
        </RemoveEntry>
      ),
    },
  ];
  return <DataTable caption="Mocks of all pipelines" columns={columns} rows={items} keyOf={({ id }) => id} fixed />;
});

function textOf(answers: MockItem['answers']): string {
  return JSON.stringify(answers.length === 1 ? answers[0] : answers).slice(0, MOST_TEXT);
}
