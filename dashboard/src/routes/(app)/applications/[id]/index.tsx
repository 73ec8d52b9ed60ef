import { component$ } from '@builder.io/qwik';
import { type DocumentHead, type RequestEventLoader, routeLoader$ } from '@builder.io/qwik-city';
import type { ExecutionSummary } from '#contracts/execution';
import { ApplicationProblem } from '~/components/applications/application-problem';
import { APPLICATION_VIEWS, ApplicationView } from '~/components/applications/application-view';
import type { ComparedVersions } from '~/components/applications/version-list';
import { lineDiff } from '~/editor/line-diff';
import { layout } from '~/graph/layout';
import { pipelineScope } from '~/graph/pipeline-scope';
import { failWith, get } from '~/lib/api';
import {
  deployedOf,
  type GatheredLogItem,
  type Page,
  type ProjectItem,
  pipelineFacts,
  type VersionDetail,
  type VersionItem,
  type WorkflowItem,
} from '~/lib/api-types';
import { gatheredApi, readGathered } from '~/lib/gathered-log';
import { residencyLines } from '~/lib/residency';

export const useApplication = routeLoader$(async (event) => {
  const base = `/api/v1/workflows/${encodeURIComponent(event.params.id!)}`;
  const workflow = await get<WorkflowItem>(event, base);
  if (!workflow.ok) {
    failWith(event, workflow.problem);
    return workflow;
  }
  const item = workflow.value;
  const asked = Number(event.query.get('version') ?? '');
  const version = Number.isInteger(asked) && asked > 0 ? asked : item.version;
  const [versions, chosen, executions, project] = await Promise.all([
    get<Page<VersionItem>>(event, `${base}/versions?limit=50`),
    get<VersionDetail>(event, `${base}/versions/${version}`),
    get<Page<ExecutionSummary>>(event, `/api/v1/executions?workflow=${encodeURIComponent(item.name)}&limit=10`),
    get<ProjectItem>(event, `/api/v1/projects/${encodeURIComponent(item.project)}`),
  ]);
  const shown = chosen.ok ? chosen.value : undefined;
  const view = APPLICATION_VIEWS.find((name) => name === event.query.get('view')) ?? 'overview';
  const drawn = shown?.pipelines.find((name) => name === event.query.get('pipeline')) ?? shown?.pipelines[0] ?? '';
  const filters = readGathered(event.query);
  const gathered =
    view === 'log' ? { filters, answer: await get<GatheredLogItem>(event, gatheredApi(item.id, filters, event.query.get('cursor'))) } : undefined;
  const pipeline = view === 'graph' ? shown?.definition.pipelines[drawn] : undefined;
  return {
    ok: true as const,
    application: {
      id: item.id,
      name: item.name,
      project: { id: item.project, name: project.ok ? project.value.name : item.project },
      description: shown?.definition.description,
      version: item.version,
      shownVersion: version,
      pipelines: pipelineFacts(shown?.pipelines ?? item.pipelines, shown?.definition),
      machines: Object.values(shown?.definition.machines ?? {}).map(({ name, description, states }) => ({
        name,
        description,
        states: Object.keys(states).length,
      })),
      residency: residencyLines(shown?.definition),
      routes: shown?.routes ?? item.routes,
      origin: item.origin,
      graph: pipeline && { pipeline, drawing: layout(pipelineScope(pipeline)) },
      source: shown?.source,
      sourceProblem: chosen.ok ? undefined : chosen.problem,
      compared: view === 'versions' ? await comparison(event, base, item.version) : undefined,
      versions: versions.ok ? versions.value.items : [],
      deployed: deployedOf(item),
      executions: executions.ok ? executions.value.items : [],
      gathered,
    },
    view,
    now: Date.now(),
  };
});

/** Two versions that the URL asks for beside each other: `compare=2..5`. */
async function comparison(event: RequestEventLoader, base: string, latest: number): Promise<ComparedVersions | undefined> {
  const [, left, right] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(event.query.get('compare') ?? '') ?? [];
  if (left === undefined) return undefined;
  const [before, after] = await Promise.all([left, right].map((version) => get<VersionDetail>(event, `${base}/versions/${version ?? latest}`)));
  const failed = [before, after].find((one) => one?.ok === false);
  if (!before?.ok || !after?.ok) return { left: Number(left), right: Number(right), problem: failed && !failed.ok ? failed.problem : undefined };
  return { left: Number(left), right: Number(right), diff: lineDiff(before.value.source, after.value.source) };
}

export default component$(() => {
  const data = useApplication();
  if (!data.value.ok) return <ApplicationProblem problem={data.value.problem} />;
  return <ApplicationView application={data.value.application} view={data.value.view} now={data.value.now} />;
});

export const head: DocumentHead = ({ resolveValue }) => {
  const data = resolveValue(useApplication);
  return { title: data.ok ? data.application.name : 'Application' };
};
