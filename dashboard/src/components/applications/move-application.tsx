/** Moves an application to another project: who sees it, and its executions, follows. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { call } from '~/lib/api';
import type { Page, ProjectItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

interface Props {
  id: string;
  name: string;
  /** Id of the project that it is in. */
  project: string;
}

export const MoveApplication = component$<Props>(({ id, name, project }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const projects = useSignal<ProjectItem[]>();

  const load = $(async () => {
    problem.value = undefined;
    const answer = await call<Page<ProjectItem>>('/api/v1/projects?limit=200');
    if (answer.ok) projects.value = answer.value.items.filter((each) => each.id !== project);
    else problem.value = answer.problem;
  });
  const move = $(async (_: Event, form: HTMLFormElement) => {
    const to = projects.value!.find((each) => each.id === new FormData(form).get('project'))!;
    busy.value = true;
    const answer = await call(`/api/v1/workflows/${encodeURIComponent(id)}/project`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ project: to.id }),
    });
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    toastNext({ text: `${name} is in ${to.name} now.` });
    location.reload();
  });

  return (
    <Dialog label="Move" describe={`Move ${name} to another project`} title={`Move ${name}`} button="btn btn-small" dialog={dialog} onOpen$={load}>
      <form preventdefault:submit onSubmit$={move}>
        <p class="mb-3 text-13 text-text-2">It runs on as it does. Who sees it, and its executions, is who has a role in the new project.</p>
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
        <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value || !projects.value?.length} verb="Move" />
      </form>
    </Dialog>
  );
});
