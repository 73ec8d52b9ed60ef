/** State machines that are deployed, with how many instances are in which state. */
import { component$ } from '@builder.io/qwik';
import { type Column, DataTable } from '~/components/ui/data-table';
import type { MachineSummaryItem } from '~/lib/api-types';
import { keyFor } from '~/lib/keys';
import { machinePath } from '~/lib/machine-links';
import { formatCount } from '~/lib/time';

export const MachineList = component$<{ machines: MachineSummaryItem[]; environment: string }>(({ machines, environment }) => {
  const nameOf = ({ workflow, name }: MachineSummaryItem) => ({ workflow, name, environment });
  const columns: Column<MachineSummaryItem>[] = [
    {
      title: 'Name',
      cell: (machine) => (
        <a class="row-link font-medium" href={machinePath(nameOf(machine))}>
          {machine.name}
        </a>
      ),
    },
    { title: 'Application', phone: 'end', class: 'text-text-2', cell: ({ workflow }) => workflow },
    { title: 'States', num: true, class: 'text-text-2', cell: ({ states }) => formatCount(states) },
    { title: 'Transitions', num: true, class: 'text-text-2', cell: ({ transitions }) => formatCount(transitions) },
    { title: 'Instances', class: 'whitespace-normal', cell: (machine) => <Instances machine={machine} base={nameOf(machine)} /> },
  ];
  return <DataTable caption="State machines" columns={columns} rows={machines} keyOf={({ workflow, name }) => `${workflow}/${name}`} />;
});

/** Each state leads to its own instances. */
const Instances = ({ machine, base }: { machine: MachineSummaryItem; base: { workflow: string; name: string; environment: string } }) =>
  machine.instances === 0 ? (
    <span class="text-text-3">No instance yet</span>
  ) : (
    <span class="inline-flex flex-wrap gap-x-4">
      {Object.entries(machine.counts).map(([state, count]) => (
        <a key={keyFor(state)} class="row-link text-text-2" href={machinePath(base, state)}>
          {state} <span class="num text-text">{formatCount(count)}</span>
        </a>
      ))}
    </span>
  );
