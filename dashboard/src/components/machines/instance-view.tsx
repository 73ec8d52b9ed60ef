/** One instance: where it is, what may come next, its data, and everything that brought it here. */
import { component$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { InstanceHistory } from '~/components/machines/instance-history';
import { MachineDiagram } from '~/components/machines/machine-diagram';
import { TransitionButtons } from '~/components/machines/transition-buttons';
import { Copy } from '~/components/ui/copy';
import { Crumbs } from '~/components/ui/crumbs';
import { JsonView } from '~/components/ui/json-view';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { MachineHistoryItem, MachineInstanceItem } from '~/lib/api-types';
import type { Drawing } from '~/lib/machine-layout';
import { instancePath, type MachineName, machinePath } from '~/lib/machine-links';

interface Props {
  machine: MachineName;
  drawing: Drawing;
  instance: MachineInstanceItem;
  history: MachineHistoryItem[];
  historyProblem?: ProblemBody;
  names: ActorNames;
  /** First number of the entries before those shown. */
  earlier?: number;
  now: number;
}

export const InstanceView = component$<Props>(({ machine, drawing, instance, history, historyProblem, names, earlier, now }) => (
  <>
    <header class="border-b border-line px-3 pt-3 pb-3 sm:px-4">
      <Crumbs
        trail={[
          { href: '/machines', label: 'State machines' },
          { href: machinePath(machine), label: machine.name },
        ]}
      />
      <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h1 class="min-w-0 text-20 font-semibold">
          <Copy text={instance.id} label="Id" class="mono" />
        </h1>
        <span class="text-13 text-text-2">
          <span class={['font-medium', instance.error ? 'text-bad' : 'text-text']}>{instance.state}</span>
          {instance.final ? ', which is final' : ''}, since <Moment at={instance.updated_at} now={now} />
        </span>
      </div>
      <TransitionButtons machine={machine} instance={instance} />
    </header>
    <section class="px-3 pt-3 sm:px-4">
      <h2 class="sr-only">Where it is</h2>
      <MachineDiagram drawing={drawing} current={instance.state} plain label={`States of ${machine.name}; the instance is in ${instance.state}`} />
    </section>
    <div class="grid grid-cols-[minmax(0,1fr)] gap-8 px-3 py-5 sm:px-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <section>
        <h2 class="mb-2 text-14 font-semibold">History</h2>
        {historyProblem ? (
          <p class="text-13 text-text-2">
            The history could not be loaded: {historyProblem.title} ({historyProblem.code}).
          </p>
        ) : (
          <InstanceHistory items={history} names={names} now={now} />
        )}
        {earlier !== undefined && (
          <a class="btn mt-3" href={`${instancePath(machine, instance.id)}${machine.environment === 'production' ? '?' : '&'}from=${earlier}`}>
            Earlier entries
          </a>
        )}
      </section>
      <section>
        <h2 class="mb-2 text-14 font-semibold">Data</h2>
        {Object.keys(instance.data).length === 0 ? <p class="text-13 text-text-3">None.</p> : <JsonView value={instance.data} label="Data of the instance" />}
      </section>
    </div>
  </>
));
