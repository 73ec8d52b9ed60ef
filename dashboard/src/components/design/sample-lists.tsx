/** A table and a part of a page of settings, as the design sheet shows them. */
import { component$ } from '@builder.io/qwik';
import { type Column, DataTable } from '~/components/ui/data-table';
import { SettingSection } from '~/components/ui/setting-section';
import { type AnyStatus, Status } from '~/components/ui/status-mark';

interface Row {
  name: string;
  status: AnyStatus;
  calls: number;
}

const ROWS: Row[] = [
  { name: 'payment-service', status: 'failed', calls: 1204 },
  { name: 'inventory-service', status: 'completed', calls: 87 },
];

const COLUMNS: Column<Row>[] = [
  { title: 'Name', class: 'mono', cell: ({ name }) => name },
  { title: 'State', phone: 'end', cell: ({ status }) => <Status status={status} /> },
  { title: 'Calls', num: true, cell: ({ calls }) => calls.toLocaleString('en') },
  {
    title: 'Actions',
    phone: 'actions',
    cell: ({ name }) => (
      <button type="button" class="btn btn-small" aria-label={`Close ${name}`}>
        Close
      </button>
    ),
  },
];

export const SampleLists = component$<{ theme: string }>(({ theme }) => (
  <div class="rounded-md border border-line">
    <DataTable caption="A sample of a table" columns={COLUMNS} rows={ROWS} keyOf={({ name }) => name} />
    <SettingSection
      id={`sample-setting-${theme}`}
      title="What may leave eu"
      actions={
        <button type="button" class="btn">
          Change
        </button>
      }
    >
      <p class="text-13 text-text-2">Definitions go to the regions that a residency names.</p>
    </SettingSection>
  </div>
));
