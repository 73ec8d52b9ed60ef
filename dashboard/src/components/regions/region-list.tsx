/** The regions of the platform: how each is, and what of the company is there. */
import { component$ } from '@builder.io/qwik';
import type { RegionHealth } from '#contracts/peer';
import { ClearRegion } from '~/components/regions/clear-region';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import { type AnyStatus, StatusMark } from '~/components/ui/status-mark';
import type { TenantRegionsItem } from '~/lib/api-types';
import { type RegionRow, regionRows } from '~/lib/regions';

const HEALTH: Record<RegionHealth, { mark: AnyStatus; word: string }> = {
  ok: { mark: 'completed', word: 'Healthy' },
  failing: { mark: 'retrying', word: 'Answers with errors' },
  unavailable: { mark: 'failed', word: 'Does not answer' },
};

export const RegionList = component$<{ regions: TenantRegionsItem; mayClear: boolean; now: number }>(({ regions, mayClear, now }) => {
  const { tenant, replication } = regions;
  const actions: Column<RegionRow> = {
    title: 'Actions',
    phone: 'actions',
    cell: ({ region, role, clearing }) =>
      role === 'executions' && !clearing && <ClearRegion tenant={tenant} region={region} isInUse={replication !== 'none'} />,
  };
  const columns: Column<RegionRow>[] = [
    { title: 'Region', class: 'mono', cell: ({ region }) => region },
    { title: 'Health', phone: 'end', cell: ({ health }) => <Health health={health} /> },
    {
      title: 'Stored there',
      phone: 'plain',
      cell: (row) => <span class={row.role ? undefined : 'text-text-3'}>{contentOf(row)}</span>,
    },
    { title: 'Since', cell: ({ since }) => since && <Moment at={since} now={now} /> },
    ...(mayClear ? [actions] : []),
  ];
  return <DataTable caption="Regions" columns={columns} rows={regionRows(regions)} keyOf={({ region }) => region} />;
});

const Health = ({ health }: { health: RegionHealth }) => (
  <span class="status" data-status={HEALTH[health].mark}>
    <StatusMark status={HEALTH[health].mark} />
    {HEALTH[health].word}
  </span>
);

function contentOf({ role, current, clearing }: RegionRow): string {
  if (clearing) return 'What lived there is being erased';
  if (role === 'home') return 'Home: everything but executions that live elsewhere';
  if (role === undefined) return 'Nothing';
  return current ? 'Definitions, all that is deployed; executions that live there' : 'Definitions, the latest are being sent; executions that live there';
}
