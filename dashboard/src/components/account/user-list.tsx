/** The accounts of a company: who they are, how they sign in, and shutting one out. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { Moment } from '~/components/ui/moment';
import { Removal } from '~/components/ui/removal';
import { send } from '~/lib/api';
import type { UserItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

export const UserList = component$<{ users: UserItem[]; now: number; self: string | undefined }>(({ users, now, self }) => (
  <ul>
    {users.map((user) => (
      <li key={user.id} class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-3 py-3 sm:px-4">
        <div class="min-w-0 flex-1 basis-64">
          <p class="text-13 font-medium break-words">
            {user.name}
            {user.id === self && <span class="ml-2 rounded bg-sunken px-1.5 text-12 font-normal text-text-2">you</span>}
            {user.disabled_at !== null && <span class="ml-2 rounded bg-sunken px-1.5 text-12 font-normal text-text-2">disabled</span>}
          </p>
          <p class="text-12 break-all text-text-2">{user.email}</p>
          <p class="text-12 text-text-3">
            {user.last_sign_in_at === null ? (
              'Never signed in'
            ) : (
              <>
                Signed in <Moment at={user.last_sign_in_at} now={now} />
              </>
            )}
            {user.verified_at === null && ', address not verified'}
            {user.second_factor ? ', with a second factor' : ', without a second factor'}
          </p>
        </div>
        {user.id !== self && (
          <span class="flex flex-wrap gap-2">
            {user.second_factor && <RemoveFactor user={user} />}
            <Confirm
              label={user.disabled_at === null ? 'Disable' : 'Enable'}
              describe={`${user.disabled_at === null ? 'Disable' : 'Enable'} ${user.email}`}
              title={`${user.disabled_at === null ? 'Disable' : 'Enable'} ${user.email}`}
              verb={user.disabled_at === null ? 'Disable account' : 'Enable account'}
              button={user.disabled_at === null ? 'btn btn-small btn-danger' : 'btn btn-small'}
              harmless={user.disabled_at !== null}
              act={$(async () => {
                const action = user.disabled_at === null ? 'disable' : 'enable';
                const refused = await send('POST', `/api/v1/users/${user.id}/${action}`);
                if (refused) return refused;
                toastNext({ text: `${user.email} is ${action}d.` });
                location.assign('/identity-providers');
                return undefined;
              })}
            >
              <p>
                {user.disabled_at === null
                  ? 'Its sessions end now, and nobody signs in with it until it is enabled again. Its roles stay.'
                  : 'It signs in as before, with the roles that it has.'}
              </p>
            </Confirm>
            <Removal verb="Delete" what="account" name={user.email} path={`/api/v1/users/${user.id}`} page="/identity-providers">
              <p>With its roles, sessions and second factor. What it did stays in the audit log under {user.id}.</p>
            </Removal>
          </span>
        )}
      </li>
    ))}
  </ul>
));

/** For who has lost the phone and the recovery codes: nobody else can let them in again. */
const RemoveFactor = component$<{ user: UserItem }>(({ user }) => {
  const remove = $(async () => {
    const refused = await send('DELETE', `/api/v1/users/${user.id}/second-factor`);
    if (refused) return refused;
    toastNext({ text: `${user.email} signs in without a second factor now.` });
    location.assign('/identity-providers');
    return undefined;
  });
  return (
    <Confirm
      label="Remove second factor"
      describe={`Remove second factor of ${user.email}`}
      title="Remove second factor"
      verb="Remove second factor"
      button="btn btn-small btn-danger"
      act={remove}
    >
      <p>
        For who has lost both the authenticator and the recovery codes: be sure that it is {user.name} who asks. The sessions of {user.email} end, the password
        alone signs in until another second factor is set up, and a mail tells of it.
      </p>
    </Confirm>
  );
});
