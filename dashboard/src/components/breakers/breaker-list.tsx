/** Circuit breakers: which calls are held back, since when, and until when. */
import { component$ } from '@builder.io/qwik';
import { BreakerButtons } from '~/components/breakers/breaker-buttons';
import { BreakerOutlook, BreakerState } from '~/components/breakers/breaker-state';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { BreakerItem } from '~/lib/api-types';
import { breakerPath } from '~/lib/breaker-links';

export const BreakerList = component$<{ breakers: BreakerItem[]; now: number }>(({ breakers, now }) => {
  const columns: Column<BreakerItem>[] = [
    {
      title: 'Name',
      class: 'mono',
      cell: (breaker) => (
        <a class="row-link" href={breakerPath(breaker)}>
          {breaker.name}
        </a>
      ),
    },
    { title: 'State', phone: 'end', cell: (breaker) => <BreakerState breaker={breaker} /> },
    { title: 'Calls', phone: 'plain', class: 'text-text-2', cell: (breaker) => <BreakerOutlook breaker={breaker} now={now} /> },
    { title: 'Since', cell: ({ since }) => <Moment at={since} now={now} /> },
    { title: 'Actions', phone: 'actions', cell: (breaker) => <BreakerButtons breaker={breaker} /> },
  ];
  return <DataTable caption="Circuit breakers" columns={columns} rows={breakers} keyOf={({ name }) => name} />;
});
