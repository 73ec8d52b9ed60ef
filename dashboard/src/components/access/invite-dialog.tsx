/** Invites people: addresses, a role, a place. Each link is shown once, for where no mail goes out. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { LIMITS } from '#contracts/limits';
import type { ProblemBody } from '#contracts/problems';
import { InvitedList } from '~/components/access/invited-list';
import { PlaceField } from '~/components/access/place-field';
import { RoleField } from '~/components/access/role-field';
import { ShownOnce } from '~/components/access/shown-once';
import { Dialog, DialogActions, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { post } from '~/lib/api';
import type { InvitationList } from '~/lib/api-types';
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
  const made = useSignal<InvitationList['items']>();

  const invite = $(async (_: Event, form: HTMLFormElement) => {
    const values = valuesOf(form);
    busy.value = true;
    problem.value = undefined;
    const answer = await post<InvitationList>('/api/v1/invitations/bulk', {
      emails: values
        .text('emails')
        .split(/[\s,;]+/)
        .filter((email) => email !== ''),
      role: values.text('role'),
      ...placeFields(values.text('place')),
    });
    busy.value = false;
    if (answer.ok) made.value = answer.value.items;
    else problem.value = answer.problem;
  });

  const [first, ...others] = made.value ?? [];
  const alone = others.length === 0 ? first?.invitation : undefined;
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
          {alone ? (
            <>
              <p class="mb-3 text-13 text-text-2">
                {alone.mailed
                  ? `A mail is on its way to ${alone.email}. The link in it works once.`
                  : `No mail goes out here: give the link to ${alone.email} yourself. It works once.`}
              </p>
              <ShownOnce text={alone.url} label="link" note="Shown this once" />
            </>
          ) : (
            <InvitedList items={made.value} />
          )}
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
            <textarea
              name="emails"
              class="field mt-1 block h-auto w-full py-2"
              rows={3}
              required
              maxLength={16_000}
              placeholder="ada@example.com, grace@example.com"
              autocomplete="off"
              spellcheck={false}
            />
            <span class="mt-1 block">One address or several, {LIMITS.invitationsAtOnce} at most: one on a line, or with commas between.</span>
          </label>
          <RoleField />
          <PlaceField options={options} value={place} />
          <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value} verb="Send invitation" />
        </form>
      )}
    </Dialog>
  );
});
