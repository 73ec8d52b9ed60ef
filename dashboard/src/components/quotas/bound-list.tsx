/** Bounds: how much is at work and waits, how fast starts may come, and what a start meets now. */
import { component$ } from '@builder.io/qwik';
import { type Column, DataTable } from '~/components/ui/data-table';
import { StatusMark } from '~/components/ui/status-mark';
import { atWork, type BoundItem, boundName, rateWords, startsNow } from '~/lib/quotas';

export const BoundList = component$<{ bounds: BoundItem[]; tenant: string }>(({ bounds, tenant }) => {
  const columns: Column<BoundItem>[] = [
    { title: 'Scope', class: 'mono', cell: (bound) => boundName(bound, tenant) },
    { title: 'At work', class: 'tabular-nums', cell: (bound) => atWork(bound) },
    { title: 'Waiting', class: 'tabular-nums', cell: ({ waiting }) => waiting.toLocaleString('en') },
    { title: 'Start rate', class: 'text-text-2', cell: ({ rate }) => rateWords(rate) },
    { title: 'A new start', phone: 'end', cell: (bound) => <Now bound={bound} /> },
  ];
  return <DataTable caption="Bounds" columns={columns} rows={bounds} keyOf={(bound) => boundName(bound, tenant)} />;
});

const Now = ({ bound }: { bound: BoundItem }) => {
  const { word, mark } = startsNow(bound);
  return (
    <span class="status" data-status={mark}>
      <StatusMark status={mark} />
      {word}
    </span>
  );
};
