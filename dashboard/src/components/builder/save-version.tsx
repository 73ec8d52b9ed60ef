/** Saves the text as the next version, and deploys it where that is wanted. */
import { $, component$, type Signal, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import type { Session } from '~/builder/session';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { call } from '~/lib/api';
import { toastNext } from '~/lib/toast';

interface Props {
  application?: { id: string; name: string; version: number };
  session: Session;
  environments: string[];
  dialog: Signal<HTMLDialogElement | undefined>;
}

export const SaveVersion = component$<Props>(({ application, session, environments, dialog }) => {
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const fields = new FormData(form);
    const text = session.past.text;
    const query = new URLSearchParams();
    if (String(fields.get('deploy')) !== '') query.set('deploy', String(fields.get('deploy')));
    if (!application) query.set('name', String(fields.get('name') ?? '').trim());
    const path = application ? `/api/v1/workflows/${application.id}` : '/api/v1/workflows';
    busy.value = true;
    const answer = await call<{ id: string; version: number; changed?: boolean }>(`${path}?${query}`, {
      method: application ? 'PUT' : 'POST',
      headers: { 'content-type': 'application/yaml' },
      body: text,
    });
    busy.value = false;
    problem.value = answer.ok ? undefined : answer.problem;
    if (!answer.ok) return;
    session.saved = text;
    const where = String(fields.get('deploy'));
    toastNext({ text: `Version ${answer.value.version} is saved${where === '' ? '' : `, and runs in ${where}`}.` });
    location.assign(`/applications/${answer.value.id}`);
  });
  const errors = session.diagnostics.filter((one) => one.severity === 'error').length;
  return (
    <Dialog label="Save" title={application ? 'Save as the next version' : 'Save the application'} button="btn btn-primary" width={420} dialog={dialog}>
      <form preventdefault:submit onSubmit$={save} class="mt-3 grid gap-3">
        {errors > 0 && (
          <p class="text-13 text-bad">{errors === 1 ? 'There is a mistake' : `There are ${errors} mistakes`} in it; a version has to be without.</p>
        )}
        {!application && (
          <label class="block text-12 text-text-3">
            Name
            <input class="field mt-1 block w-full" name="name" required autoComplete="off" />
          </label>
        )}
        <label class="block text-12 text-text-3">
          Deploy it
          <select class="field mt-1 block w-full" name="deploy">
            <option value="">not yet</option>
            {[...new Set(['production', ...environments])].map((one) => (
              <option key={one} value={one}>
                {`to ${one}`}
              </option>
            ))}
          </select>
        </label>
        <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value || errors > 0} verb="Save" />
      </form>
    </Dialog>
  );
});
