import { component$ } from '@builder.io/qwik';
import type { MachineSummaryItem } from '~/lib/api-types';
import { machinePath } from '~/lib/machine-links';
import { formatCount } from '~/lib/time';

export const MachineList = component$<{ machines: MachineSummaryItem[]; environment: string }>(({ machines, environment }) => (
  <ul>
    {machines.map((machine) => {
      const name = { workflow: machine.workflow, name: machine.name, environment };
      return (
        <li
          key={`${machine.workflow}/${machine.name}`}
          class="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2 text-13 sm:px-4"
        >
          <a class="row-link font-medium" href={machinePath(name)}>
            {machine.name}
          </a>
          <span class="text-text-2">{machine.workflow}</span>
          <span class="text-text-3 max-sm:basis-full">
            {machine.states} states, {machine.transitions} transitions
          </span>
          <span class="flex flex-wrap gap-x-3 gap-y-1 sm:ml-auto">
            {machine.instances === 0 ? (
              <span class="text-text-3">no instance yet</span>
            ) : (
              Object.entries(machine.counts).map(([state, count]) => (
                <a key={state} class="row-link text-text-2" href={machinePath(name, state)}>
                  {state} <span class="num text-text">{formatCount(count)}</span>
                </a>
              ))
            )}
          </span>
        </li>
      );
    })}
  </ul>
));
