/** Moves an application to another project: who sees it, and its executions, follows. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call, send } from '~/lib/api';
import type { Page, ProjectItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

interface Props {
  id: string;
  name: string;
  /** Id of the project that it is in. */
  project: string;
}

export const MoveApplication = component$<Props>(({ id, name, project }) => {
  const projects = useSignal<ProjectItem[]>();
  const unknown = useSignal<ProblemBody>();

  const load = $(async () => {
    const answer = await call<Page<ProjectItem>>('/api/v1/projects?limit=200');
    unknown.value = answer.ok ? undefined : answer.problem;
    if (answer.ok) projects.value = answer.value.items.filter((each) => each.id !== project);
  });
  const move = $(async (values: FormValues) => {
    const to = projects.value?.find((each) => each.id === values.text('project'));
    if (!to) return unknown.value;
    const failed = await send('PUT', `/api/v1/workflows/${encodeURIComponent(id)}/project`, { project: to.id });
    if (failed) return failed;
    toastNext({ text: `${name} is in ${to.name} now.` });
    location.reload();
  });

  return (
    <FormDialog
      label="Move"
      describe={`Move ${name} to another project`}
      title={`Move ${name}`}
      button="btn btn-small"
      verb="Move"
      blocked={!projects.value?.length}
      save={move}
      onOpen$={load}
    >
      <p class="mb-3 text-13 text-text-2">It runs on as it does. Who sees it, and its executions, is who has a role in the new project.</p>
      <ProblemNotice problem={unknown.value} />
      {projects.value?.length === 0 ? (
        <p class="text-13">
          There is no other project.{' '}
          <a class="link" href="/projects">
            Make one
          </a>
        </p>
      ) : (
        <label class="block text-12 text-text-3">
          Project
          <select name="project" class="field mt-1 block w-full" disabled={!projects.value}>
            {projects.value?.map((each) => (
              <option key={each.id} value={each.id}>
                {`${each.organization_name} / ${each.name}`}
              </option>
            ))}
          </select>
        </label>
      )}
    </FormDialog>
  );
});
