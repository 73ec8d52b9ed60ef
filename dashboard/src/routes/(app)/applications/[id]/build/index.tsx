/** The builder of one application: its latest version, or the one that is asked for. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { StepType } from '~/builder/document/catalog';
import { session } from '~/builder/session';
import { ApplicationProblem } from '~/components/applications/application-problem';
import { BuilderView } from '~/components/builder/builder-view';
import { failWith, get } from '~/lib/api';
import { deployedOf, type VersionDetail, type WorkflowItem } from '~/lib/api-types';

export const useBuilder = routeLoader$(async (event) => {
  const base = `/api/v1/workflows/${encodeURIComponent(event.params.id!)}`;
  const workflow = await get<WorkflowItem>(event, base);
  const asked = Number(event.query.get('version') ?? '');
  const item = workflow.ok ? workflow.value : undefined;
  const version = Number.isInteger(asked) && asked > 0 ? asked : item?.version;
  const [detail, types] = await Promise.all([
    item ? get<VersionDetail>(event, `${base}/versions/${version}`) : undefined,
    get<{ items: StepType[] }>(event, '/api/v1/step-types'),
  ]);
  const failed = [workflow, detail, types].find((answer) => answer && !answer.ok);
  if (!item || !detail?.ok || !types.ok) {
    const problem = failed && !failed.ok ? failed.problem : undefined;
    failWith(event, problem);
    return { ok: false as const, problem: problem! };
  }
  // The graph needs the kinds of the types; their settings are loaded by the page.
  const slim = types.value.items.map((type) => ({ ...type, config: {} }));
  return {
    ok: true as const,
    application: { id: item.id, name: item.name, version: item.version },
    session: session(detail.value.source ?? '', slim, event.query.get('pipeline') ? `pipelines.${event.query.get('pipeline')}` : undefined),
    environments: deployedOf(item).map((one) => one.environment),
  };
});

export default component$(() => {
  const data = useBuilder();
  if (!data.value.ok) return <ApplicationProblem problem={data.value.problem} />;
  return <BuilderView application={data.value.application} session={data.value.session} environments={data.value.environments} />;
});

export const head: DocumentHead = ({ resolveValue }) => {
  const data = resolveValue(useBuilder);
  return { title: data.ok ? `Build ${data.application.name}` : 'Builder' };
};
