/** One state machine: its drawing with how many are where, its rules in words, and its instances. */
import { component$ } from '@builder.io/qwik';
import { MachineDiagram } from '~/components/machines/machine-diagram';
import { NewInstance } from '~/components/machines/new-instance';
import { Crumbs } from '~/components/ui/crumbs';
import { type Column, DataTable } from '~/components/ui/data-table';
import { EmptyState } from '~/components/ui/empty-state';
import { Moment } from '~/components/ui/moment';
import type { MachineInstanceRow, MachineItem } from '~/lib/api-types';
import { inEnvironment } from '~/lib/environment';
import type { Drawing } from '~/lib/machine-layout';
import { instancePath, type MachineName, machinePath } from '~/lib/machine-links';

interface Props {
  machine: MachineItem;
  drawing: Drawing;
  instances: MachineInstanceRow[];
  nextCursor: string | null;
  /** Only the instances in this state are listed. */
  state?: string;
  /** Not the first page. */
  later: boolean;
  environment: string;
  now: number;
}

export const MachineView = component$<Props>(({ machine, drawing, instances, nextCursor, state, later, environment, now }) => {
  const name = { workflow: machine.workflow, name: machine.name, environment };
  const more = machinePath(name, state);
  return (
    <>
      <header class="border-b border-line px-3 pt-3 pb-3 sm:px-4">
        <Crumbs trail={[{ href: '/machines', label: 'State machines' }]} />
        <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 class="text-20 font-semibold">{machine.name}</h1>
          <span class="text-13 text-text-2">
            {machine.workflow}, version {machine.version}
            {inEnvironment(environment)}
          </span>
          <span class="ml-auto">
            <NewInstance machine={name} />
          </span>
        </div>
        {machine.description && <p class="mt-1 max-w-[80ch] text-text-2">{machine.description}</p>}
      </header>
      <section class="px-3 py-3 sm:px-4">
        <h2 class="sr-only">States</h2>
        <MachineDiagram
          drawing={drawing}
          label={`States of ${machine.name} and the transitions between them; the table below has them in words`}
          base={machinePath(name)}
        />
        <details class="mt-2 max-w-[960px]">
          <summary class="cursor-pointer text-13 text-text-2">Transitions and hooks</summary>
          <Rules machine={machine} />
        </details>
      </section>
      <section>
        <div class="flex flex-wrap items-baseline gap-3 border-b border-line px-3 py-2 sm:px-4">
          <h2 class="text-14 font-semibold">{state === undefined ? 'Instances' : `Instances in ${state}`}</h2>
          {state !== undefined && (
            <a class="link text-13" href={machinePath(name)}>
              All states
            </a>
          )}
        </div>
        {instances.length === 0 ? (
          <EmptyState heading={state === undefined ? 'No instance yet' : `None in ${state}`}>
            <p>
              {state === undefined
                ? 'A pipeline creates one with step.statemachine_create; New instance does it by hand.'
                : 'The list follows the instances within moments.'}
            </p>
          </EmptyState>
        ) : (
          <InstanceList machine={machine} name={name} instances={instances} now={now} />
        )}
        {(nextCursor || later) && (
          <p class="flex justify-end gap-2 p-4">
            {later && (
              <a class="btn" href={more}>
                Newest
              </a>
            )}
            {nextCursor && (
              <a class="btn" href={`${more}${more.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(nextCursor)}`}>
                Older
              </a>
            )}
          </p>
        )}
      </section>
    </>
  );
});

const InstanceList = ({ machine, name, instances, now }: Pick<Props, 'machine' | 'instances' | 'now'> & { name: MachineName }) => {
  const columns: Column<MachineInstanceRow>[] = [
    {
      title: 'Id',
      class: 'mono text-12',
      cell: ({ id }) => (
        <a class="row-link" href={instancePath(name, id)}>
          {id}
        </a>
      ),
    },
    {
      title: 'State',
      width: '38%',
      phone: 'plain',
      cell: ({ state, previous_state }) => (
        <>
          <span class={['font-medium', machine.states[state]?.error && 'text-bad']}>{state}</span>
          {previous_state && <span class="ml-2 text-text-3">from {previous_state}</span>}
        </>
      ),
    },
    { title: 'Since', width: '112px', phone: 'end', class: 'text-text-2', cell: ({ updated_at }) => <Moment at={updated_at} now={now} /> },
  ];
  return <DataTable caption="Instances, newest first" columns={columns} rows={instances} keyOf={({ id }) => id} fixed />;
};

const Rules = ({ machine }: { machine: MachineItem }) => (
  <>
    <ul class="mt-2 border-t border-line text-13">
      {Object.entries(machine.transitions).map(([name, { from, to, condition, auto, description }]) => (
        <li key={name} class="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line py-1">
          <span class="font-medium">{name}</span>
          <span class="text-text-2">
            {from.join(' or ')} to {to}
          </span>
          {auto && <span class="text-12 text-text-3">by itself</span>}
          {condition && <code class="mono text-12 text-text-2">if {condition}</code>}
          {description && <span class="text-text-3">{description}</span>}
        </li>
      ))}
    </ul>
    {machine.hooks.length > 0 && (
      <ul class="mt-3 border-t border-line text-13">
        {machine.hooks.map((hook, index) => (
          <li key={`${hook.pipeline}-${index}`} class="flex min-h-9 flex-wrap items-center gap-x-3 border-b border-line py-1">
            <span class="text-text-2">Before {scopeOf(hook)}:</span>
            <a class="row-link font-medium" href={`/executions?workflow=${encodeURIComponent(machine.workflow)}&pipeline=${encodeURIComponent(hook.pipeline)}`}>
              {hook.handler}
            </a>
            {hook.on_success && <span class="text-text-3">then {hook.on_success}</span>}
            {hook.on_failure && <span class="text-text-3">on failure {hook.on_failure}</span>}
          </li>
        ))}
      </ul>
    )}
  </>
);

function scopeOf({ transitions, from, to }: MachineItem['hooks'][number]): string {
  const parts = [
    transitions ? transitions.join(', ') : 'every transition',
    from ? `out of ${from.join(' or ')}` : undefined,
    to ? `to ${to.join(' or ')}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}
