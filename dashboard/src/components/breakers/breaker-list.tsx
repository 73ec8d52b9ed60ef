/** Circuit breakers: which calls are held back, where there are several regions in which of them, since when, and until when. */
import { component$ } from '@builder.io/qwik';
import { BreakerButtons } from '~/components/breakers/breaker-buttons';
import { BreakerOutlook, BreakerState } from '~/components/breakers/breaker-state';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { BreakerItem } from '~/lib/api-types';
import { breakerPath } from '~/lib/breaker-links';

interface Props {
  breakers: BreakerItem[];
  /** The company has several. */
  regions: boolean;
  now: number;
}

export const BreakerList = component$<Props>(({ breakers, regions, now }) => {
  const columns: Column<BreakerItem>[] = [
    {
      title: 'Name',
      class: 'mono',
      cell: (breaker) => (
        <a class="row-link" href={breakerPath(regions ? breaker : { ...breaker, region: undefined })}>
          {breaker.name}
        </a>
      ),
    },
    ...(regions ? [{ title: 'Region', cell: ({ region }: BreakerItem) => <>{region}</> }] : []),
    { title: 'State', phone: 'end', cell: (breaker) => <BreakerState breaker={breaker} /> },
    { title: 'Calls', phone: 'plain', class: 'text-text-2', cell: (breaker) => <BreakerOutlook breaker={breaker} now={now} /> },
    { title: 'Since', cell: ({ since }) => <Moment at={since} now={now} /> },
    { title: 'Actions', phone: 'actions', cell: (breaker) => <BreakerButtons breaker={breaker} regions={regions} /> },
  ];
  return <DataTable caption="Circuit breakers" columns={columns} rows={breakers} keyOf={({ name, region }) => `${region}/${name}`} />;
});
