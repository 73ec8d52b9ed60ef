import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { trailOf } from '~/components/applications/trail';
import { type BreakpointItem, Breakpoints } from '~/components/debugging/breakpoints';
import { type MockItem, Mocks } from '~/components/debugging/mocks';
import { Crumbs } from '~/components/ui/crumbs';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import { deployedOf, type Page, type VersionDetail, type WorkflowItem } from '~/lib/api-types';
import { sendFilters } from '~/lib/filter-form';

export const useDebugging = routeLoader$(async (event) => {
  const base = `/api/v1/workflows/${encodeURIComponent(event.params.id!)}`;
  const workflow = await get<WorkflowItem>(event, base);
  if (!workflow.ok) {
    failWith(event, workflow.problem);
    return workflow;
  }
  const item = workflow.value;
  const deployed = deployedOf(item);
  const environment = event.query.get('environment') ?? deployed[0]?.environment ?? 'production';
  const pipeline = event.query.get('pipeline') ?? item.pipelines[0] ?? '';
  const version = deployed.find((one) => one.environment === environment)?.version ?? item.version;
  const board = `/api/v1/pipelines/${encodeURIComponent(`${item.name}.${pipeline}`)}`;
  const query = `?environment=${encodeURIComponent(environment)}`;
  const [detail, breakpoints, mocks, names] = await Promise.all([
    get<VersionDetail>(event, `${base}/versions/${version}`),
    get<Page<BreakpointItem>>(event, `${board}/breakpoints${query}`),
    get<Page<MockItem>>(event, `${board}/mock${query}`),
    actorNames(event),
  ]);
  const nodes = detail.ok ? (detail.value.definition.pipelines[pipeline]?.nodes ?? []) : [];
  return {
    ok: true as const,
    id: item.id,
    name: item.name,
    pipelines: item.pipelines,
    environments: deployed.map((one) => one.environment),
    pipeline,
    environment,
    board,
    names,
    steps: nodes.filter(Boolean).map((node) => node.name),
    breakpoints: breakpoints.ok ? breakpoints.value.items : [],
    mocks: mocks.ok ? mocks.value.items : [],
    problem: breakpoints.ok ? (mocks.ok ? undefined : mocks.problem) : breakpoints.problem,
    now: Date.now(),
  };
});

export default component$(() => {
  const data = useDebugging();
  if (!data.value.ok) {
    return (
      <ProblemPanel problem={data.value.problem}>
        <a class="btn btn-primary" href="/applications">
          Go to applications
        </a>
      </ProblemPanel>
    );
  }
  const { id, name, pipelines, environments, pipeline, environment, board, names, steps, breakpoints, mocks, problem, now } = data.value;
  return (
    <>
      <header class="border-b border-line px-3 pt-3 pb-3 sm:px-4">
        <Crumbs trail={trailOf({ id, name })} />
        <h1 class="text-20 font-semibold">Breakpoints and mocks</h1>
        <form method="get" class="mt-2 flex flex-wrap items-end gap-3">
          <Choice name="pipeline" label="Pipeline" options={pipelines} chosen={pipeline} />
          <Choice name="environment" label="Environment" options={environments.length > 0 ? environments : [environment]} chosen={environment} />
          <button type="submit" class="sr-only">
            Show
          </button>
          <a class="btn btn-quiet" href="/debugging">
            All pipelines
          </a>
        </form>
      </header>
      {problem ? (
        <ProblemPanel below problem={problem} heading="There is nothing to debug here">
          <a class="btn btn-primary" href={`/applications/${id}`}>
            Go to {name}
          </a>
        </ProblemPanel>
      ) : (
        <div key={`${pipeline}@${environment}`} class="grid grid-cols-[minmax(0,1fr)] gap-8 px-3 py-5 sm:px-4">
          <Breakpoints base={board} environment={environment} steps={steps} items={breakpoints} names={names} now={now} />
          <Mocks base={board} environment={environment} steps={steps} items={mocks} names={names} />
        </div>
      )}
    </>
  );
});

const Choice = ({ name, label, options, chosen }: { name: string; label: string; options: string[]; chosen: string }) => (
  <label class="block max-w-full min-w-0 text-12 text-text-3">
    {label}
    <select name={name} class="field mt-1 block max-w-full" onChange$={(_, field) => sendFilters(field)}>
      {options.map((option) => (
        <option key={option} value={option} selected={option === chosen}>
          {option}
        </option>
      ))}
    </select>
  </label>
);

export const head: DocumentHead = { title: 'Breakpoints and mocks' };
