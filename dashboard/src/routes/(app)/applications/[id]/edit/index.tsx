/** The text of an application's latest version, or of the one that is asked for, to be written on. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ApplicationProblem } from '~/components/applications/application-problem';
import { EditorView } from '~/components/editor/editor-view';
import { failWith, get } from '~/lib/api';
import { deployedOf, type VersionDetail, type WorkflowItem } from '~/lib/api-types';

export const useDocument = routeLoader$(async (event) => {
  const base = `/api/v1/workflows/${encodeURIComponent(event.params.id!)}`;
  const workflow = await get<WorkflowItem>(event, base);
  const asked = Number(event.query.get('version') ?? '');
  const detail = workflow.ok
    ? await get<VersionDetail>(event, `${base}/versions/${Number.isInteger(asked) && asked > 0 ? asked : workflow.value.version}`)
    : workflow;
  if (!workflow.ok || !detail.ok) {
    const { problem } = detail as { problem: (typeof workflow & { ok: false })['problem'] };
    failWith(event, problem);
    return { ok: false as const, problem };
  }
  const { id, name, version } = workflow.value;
  return {
    ok: true as const,
    application: { id, name, version },
    source: detail.value.source,
    environments: deployedOf(workflow.value).map((one) => one.environment),
  };
});

export default component$(() => {
  const data = useDocument();
  if (!data.value.ok) return <ApplicationProblem problem={data.value.problem} />;
  const { application, source, environments } = data.value;
  return <EditorView application={application} source={source} environments={environments} />;
});

export const head: DocumentHead = ({ resolveValue }) => {
  const data = resolveValue(useDocument);
  return { title: data.ok ? `Edit ${data.application.name}` : 'Editor' };
};
