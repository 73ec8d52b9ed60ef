import { component$ } from '@builder.io/qwik';
import { UNDELIVERED_ID } from '#contracts/undelivered';
import { Copy, shortId } from '~/components/ui/copy';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { LetterItem } from '~/lib/api-types';
import { letterPage } from '~/lib/dead-letters';

/** An event that reached no execution. */
const isUndelivered = ({ id }: LetterItem) => UNDELIVERED_ID.test(id);
/** Where it failed. */
const placeOf = (letter: LetterItem) => (isUndelivered(letter) ? 'Delivery' : (letter.step ?? ''));

/** `region`: where they lie; absent: home. */
export const LetterList = component$<{ letters: LetterItem[]; region?: string | undefined; now: number }>(({ letters, region, now }) => {
  const columns: Column<LetterItem>[] = [
    {
      title: 'Status',
      width: '104px',
      cell: (letter) => (
        <a class="row-link font-medium capitalize" href={letterPage({ ...letter, region }, letter.id)}>
          {letter.status}
        </a>
      ),
    },
    {
      title: 'Error',
      phone: 'cut',
      class: 'truncate',
      cell: ({ error }) => (
        <span class="text-bad" title={error.message}>
          {error.message}
        </span>
      ),
    },
    { title: 'Step', width: '16%', phone: 'plain', class: 'truncate text-text-2', cell: placeOf },
    { title: 'Attempts', width: '92px', num: true, phone: 'none', class: 'text-text-2', cell: ({ attempts }) => attempts },
    {
      title: 'Execution',
      width: '180px',
      from: 'lg',
      cell: (letter) =>
        isUndelivered(letter) ? (
          <span class="text-text-3">none</span>
        ) : (
          <Copy text={letter.id} shown={shortId(letter.id)} label="Execution id" class="mono text-12 text-text-2" />
        ),
    },
    { title: 'Failed', width: '96px', phone: 'end', class: 'text-text-2', cell: ({ failed_at }) => <Moment at={failed_at} now={now} /> },
  ];
  return <DataTable caption="Dead letters, newest first" columns={columns} rows={letters} keyOf={({ id }) => id} fixed />;
});
