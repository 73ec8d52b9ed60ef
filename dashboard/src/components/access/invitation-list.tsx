/** Invitations that nobody has accepted yet. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { Moment } from '~/components/ui/moment';
import { send } from '~/lib/api';
import type { InvitationItem } from '~/lib/api-types';
import { type PlaceOption, placeOf, whereOf } from '~/lib/places';
import { toastNext } from '~/lib/toast';

interface Props {
  invitations: InvitationItem[];
  options: PlaceOption[];
  /** Place that the page shows. */
  place: string;
  now: number;
}

export const InvitationList = component$<Props>(({ invitations, options, place, now }) => (
  <section aria-labelledby="open-invitations" class="mt-6 border-t border-line">
    <h2 id="open-invitations" class="px-3 py-3 text-14 font-semibold sm:px-4">
      Open invitations
    </h2>
    <ul>
      {invitations.map((invitation) => (
        <li key={invitation.id} class="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-2 sm:px-4">
          <span class="min-w-0 text-13 break-all">{invitation.email}</span>
          <span class="text-12 text-text-2">
            {invitation.role} in {whereOf(options, placeOf(invitation))}
          </span>
          <span class="text-12 text-text-3">
            {invitation.status === 'expired' ? 'expired ' : 'expires '}
            <Moment at={invitation.expires_at} now={now} />
          </span>
          <span class="ml-auto">
            <Withdraw invitation={invitation} place={place} />
          </span>
        </li>
      ))}
    </ul>
  </section>
));

const Withdraw = component$<{ invitation: InvitationItem; place: string }>(({ invitation, place }) => {
  const withdraw = $(async () => {
    const failed = await send('DELETE', `/api/v1/invitations/${encodeURIComponent(invitation.id)}`);
    if (failed) return failed;
    toastNext({ text: `The invitation to ${invitation.email} is withdrawn.` });
    location.assign(`/members?place=${encodeURIComponent(place)}`);
  });
  return (
    <Confirm
      label="Withdraw"
      describe={`Withdraw the invitation to ${invitation.email}`}
      title="Withdraw the invitation"
      verb="Withdraw"
      keep="Keep it"
      button="btn btn-small"
      act={withdraw}
    >
      <p>The link that {invitation.email} has got works no longer.</p>
    </Confirm>
  );
});
