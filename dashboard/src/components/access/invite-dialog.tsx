/** Invites somebody: an address, a role, a place. The link is shown once, for where no mail goes out. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { PlaceField } from '~/components/access/place-field';
import { RoleField } from '~/components/access/role-field';
import { ShownOnce } from '~/components/access/shown-once';
import { Dialog, DialogActions, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { post } from '~/lib/api';
import type { InvitationMade } from '~/lib/api-types';
import { type PlaceOption, placeFields } from '~/lib/places';

interface Props {
  options: PlaceOption[];
  place: string;
  /** Why nobody is invited by this reader. */
  hint?: string;
}

export const InviteDialog = component$<Props>(({ options, place, hint }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const made = useSignal<InvitationMade>();

  const invite = $(async (_: Event, form: HTMLFormElement) => {
    const values = valuesOf(form);
    busy.value = true;
    problem.value = undefined;
    const answer = await post<InvitationMade>('/api/v1/invitations', {
      email: values.text('email'),
      role: values.text('role'),
      ...placeFields(values.text('place')),
    });
    busy.value = false;
    if (answer.ok) made.value = answer.value;
    else problem.value = answer.problem;
  });

  return (
    <Dialog
      label="Invite"
      title={made.value ? 'Invited' : 'Invite somebody'}
      button="btn btn-primary"
      dialog={dialog}
      disabled={hint !== undefined}
      hint={hint}
    >
      {made.value ? (
        <>
          <p class="mb-3 text-13 text-text-2">
            {made.value.mailed
              ? `A mail is on its way to ${made.value.email}. The link in it works once.`
              : `No mail goes out here: give the link to ${made.value.email} yourself. It works once.`}
          </p>
          <ShownOnce text={made.value.url} label="link" note="Shown this once" />
          <DialogActions>
            <a class="btn btn-primary" href={`/members?place=${encodeURIComponent(place)}`}>
              Done
            </a>
          </DialogActions>
        </>
      ) : (
        <form preventdefault:submit onSubmit$={invite}>
          <label class="mt-3 mb-3 block text-12 text-text-3">
            E-mail
            <input name="email" type="email" class="field mt-1 block w-full" required maxLength={254} placeholder="ada@example.com" autoComplete="off" />
          </label>
          <RoleField />
          <PlaceField options={options} value={place} />
          <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value} verb="Send invitation" />
        </form>
      )}
    </Dialog>
  );
});
