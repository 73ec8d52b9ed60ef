/** Makes a service account with its first role. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { PlaceField } from '~/components/access/place-field';
import { RoleField } from '~/components/access/role-field';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { post } from '~/lib/api';
import { type PlaceOption, placeFields } from '~/lib/places';
import { toastNext } from '~/lib/toast';

export const AccountDialog = component$<{ options: PlaceOption[]; place: string }>(({ options, place }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const fields = new FormData(form);
    const where = String(fields.get('place'));
    const name = String(fields.get('name')).trim();
    busy.value = true;
    problem.value = undefined;
    const answer = await post('/api/v1/service-accounts', { name, role: fields.get('role'), ...placeFields(where) });
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    dialog.value?.close();
    toastNext({ text: `${name} is made. It needs a key to act.`, href: '/api-keys', link: 'API keys' });
    location.assign(`/members?place=${encodeURIComponent(where)}`);
  });
  return (
    <Dialog label="New service account" title="New service account" dialog={dialog}>
      <form preventdefault:submit onSubmit$={save}>
        <p class="mb-3 text-13 text-text-2">A program that acts in its own name. Its keys may do what its roles allow.</p>
        <label class="mb-3 block text-12 text-text-3">
          Name
          <input name="name" class="field mt-1 block w-full" required maxLength={200} placeholder="deployer" autoComplete="off" spellcheck={false} />
        </label>
        <RoleField />
        <PlaceField options={options} value={place} />
        <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value} verb="Make account" />
      </form>
    </Dialog>
  );
});
