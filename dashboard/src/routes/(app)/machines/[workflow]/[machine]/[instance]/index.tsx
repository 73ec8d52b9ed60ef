import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { InstanceView } from '~/components/machines/instance-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { MachineHistoryItem, MachineInstanceItem, MachineItem, Page } from '~/lib/api-types';
import { environmentOf } from '~/lib/environment';
import { drawMachine } from '~/lib/machine-layout';
import { machineApi } from '~/lib/machine-links';

const HISTORY = 100;

export const useInstance = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const { workflow, machine: name, instance: id } = event.params as { workflow: string; machine: string; instance: string };
  const base = machineApi({ workflow, name });
  const place = `environment=${encodeURIComponent(environment)}`;
  const [machine, instance] = await Promise.all([
    get<MachineItem>(event, `${base}?${place}`),
    get<MachineInstanceItem>(event, `${base}/instances/${encodeURIComponent(id)}?${place}`),
  ]);
  const failed = !machine.ok ? machine : !instance.ok ? instance : undefined;
  if (failed) failWith(event, failed.problem);
  if (!machine.ok) return machine;
  if (!instance.ok) return instance;
  // The newest entries; those before them by a link.
  const asked = Number(event.query.get('from') ?? '');
  const from = Number.isInteger(asked) && asked > 0 ? asked : Math.max(1, instance.value.seq - HISTORY + 1);
  const [history, names] = await Promise.all([
    get<Page<MachineHistoryItem>>(event, `${base}/instances/${encodeURIComponent(id)}/history?${place}&from=${from}&limit=${HISTORY}`),
    actorNames(event),
  ]);
  return {
    ok: true as const,
    machine: { workflow: machine.value.workflow, name: machine.value.name, environment },
    drawing: drawMachine(machine.value),
    instance: instance.value,
    history: history.ok ? history.value.items : [],
    names,
    historyProblem: history.ok ? undefined : history.problem,
    earlier: from > 1 ? Math.max(1, from - HISTORY) : undefined,
    now: Date.now(),
  };
});

export default component$(() => {
  const data = useInstance().value;
  if (!data.ok) {
    return (
      <ProblemPanel problem={data.problem} heading={data.problem.code === 'unknown_instance' ? 'There is no such instance' : undefined}>
        <a class="btn btn-primary" href="/machines">
          Go to state machines
        </a>
      </ProblemPanel>
    );
  }
  const { ok: _ok, ...view } = data;
  return <InstanceView {...view} />;
});

export const head: DocumentHead = ({ params }) => ({ title: params.instance ?? 'Instance' });
