import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { MachineView } from '~/components/machines/machine-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { failWith, get } from '~/lib/api';
import type { MachineInstanceRow, MachineItem, Page } from '~/lib/api-types';
import { environmentOf } from '~/lib/environment';
import { drawMachine } from '~/lib/machine-layout';
import { machineApi } from '~/lib/machine-links';

export const useMachine = routeLoader$(async (event) => {
  const environment = environmentOf(event.query);
  const name = { workflow: event.params.workflow!, name: event.params.machine! };
  const state = event.query.get('state') || undefined;
  const cursor = event.query.get('cursor') || undefined;
  const query = new URLSearchParams({ environment, limit: '50', ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) });
  const [machine, instances] = await Promise.all([
    get<MachineItem>(event, `${machineApi(name)}?environment=${encodeURIComponent(environment)}`),
    get<Page<MachineInstanceRow>>(event, `${machineApi(name)}/instances?${query}`),
  ]);
  const failed = !machine.ok ? machine : !instances.ok ? instances : undefined;
  if (failed) failWith(event, failed.problem);
  if (!machine.ok) return machine;
  if (!instances.ok) return instances;
  return {
    ok: true as const,
    machine: machine.value,
    drawing: drawMachine(machine.value),
    instances: instances.value.items,
    nextCursor: instances.value.next_cursor,
    state,
    later: cursor !== undefined,
    environment,
    now: Date.now(),
  };
});

export default component$(() => {
  const data = useMachine().value;
  if (!data.ok) {
    return (
      <ProblemPanel problem={data.problem} heading={data.problem.code === 'unknown_machine' ? 'There is no such state machine' : undefined}>
        <a class="btn btn-primary" href="/machines">
          Go to state machines
        </a>
      </ProblemPanel>
    );
  }
  const { ok: _ok, ...view } = data;
  return <MachineView {...view} />;
});

export const head: DocumentHead = ({ resolveValue, params }) => {
  const data = resolveValue(useMachine);
  return { title: data.ok ? data.machine.name : (params.machine ?? 'State machine') };
};
