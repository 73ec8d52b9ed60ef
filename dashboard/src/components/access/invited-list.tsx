/** What became of each address that somebody was to be invited at. Links are shown this once, for where no mail goes out. */
import { Copy } from '~/components/ui/copy';
import type { InvitationList } from '~/lib/api-types';

const REFUSED = {
  no_address: 'That is no e-mail address',
  limit_reached: 'Not invited: the company has as many open invitations as it may have',
};

export const InvitedList = ({ items }: { items: InvitationList['items'] }) => (
  <ul class="max-h-[50vh] divide-y divide-line overflow-y-auto rounded-md border border-line" aria-label="What became of each">
    {items.map(({ email, outcome, invitation }) => (
      <li key={email} class="px-3 py-2 text-13">
        <p class="break-all">{email}</p>
        {invitation ? (
          <p class="mt-1 flex flex-wrap items-center gap-2 text-12 text-text-2">
            {invitation.mailed ? 'A mail is on its way' : 'No mail goes out: give them the link yourself'}
            <Copy text={invitation.url} shown="Copy link" label={`link for ${email}`} always />
          </p>
        ) : (
          <p class="mt-1 text-12 text-bad">{REFUSED[outcome as keyof typeof REFUSED]}</p>
        )}
      </li>
    ))}
  </ul>
);
