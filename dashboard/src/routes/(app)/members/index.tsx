/** Who has which role: in the company, an organization, or a project; and who is invited. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { AccountDialog } from '~/components/access/account-dialog';
import { InvitationList } from '~/components/access/invitation-list';
import { InviteDialog } from '~/components/access/invite-dialog';
import { MemberList } from '~/components/access/member-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { get } from '~/lib/api';
import type { InvitationItem, MemberItem, OrganizationItem, Page, ProjectItem } from '~/lib/api-types';
import { getList } from '~/lib/list';
import { COMPANY, membersPath, placeFields, placeOptions, whereOf } from '~/lib/places';

export const useMembers = routeLoader$(async (event) => {
  const [organizations, projects] = await Promise.all([
    get<Page<OrganizationItem>>(event, '/api/v1/organizations?limit=200'),
    get<Page<ProjectItem>>(event, '/api/v1/projects?limit=200'),
  ]);
  const options = placeOptions(organizations.ok ? organizations.value.items : [], projects.ok ? projects.value.items : []);
  const asked = event.query.get('place');
  let place = options.some(({ value }) => value === asked) ? asked! : COMPANY;
  let answer = await getList<MemberItem>(event, membersPath(place));
  const own = options[1];
  if (!answer.ok && answer.problem.status === 403 && !asked && own) {
    // Somebody without a role in the company begins where they have one.
    event.status(200);
    place = own.value;
    answer = await getList<MemberItem>(event, membersPath(place));
  }
  const query = new URLSearchParams({ limit: '200', ...placeFields(place) });
  const invitations = await get<Page<InvitationItem>>(event, `/api/v1/invitations?${query}`);
  // Who may see members need not be one who may invite.
  return { answer, options, place, invitations: invitations.ok ? invitations.value.items : [], now: Date.now() };
});

export default component$(() => {
  const { answer, options, place, invitations, now } = useMembers().value;
  const where = whereOf(options, place);
  return (
    <>
      <ListPage
        title="Members"
        what="members"
        path="/members"
        answer={answer}
        actions={
          <>
            {place === COMPANY && <AccountDialog options={options} place={place} />}
            <InviteDialog options={options} place={place} />
          </>
        }
        filters={
          <form class="flex flex-wrap items-end gap-2 border-b border-line px-3 pb-3 sm:px-4" action="/members" method="get">
            <label class="block min-w-0 text-12 text-text-3 max-sm:w-full">
              Roles given in
              <select name="place" class="field mt-1 block w-full sm:w-[280px]">
                {options.map((option) => (
                  <option key={option.value} value={option.value} selected={option.value === place}>
                    {option.label}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" class="btn">
              Show
            </button>
          </form>
        }
        rows={(items) => <MemberList members={items} place={place} where={where} now={now} />}
        empty={
          <EmptyState heading={`No role was given in ${where}`}>
            <p>Roles of a level above hold here too. Invite somebody, and they see what is in {where}, and nothing else.</p>
          </EmptyState>
        }
      />
      {invitations.length > 0 && <InvitationList invitations={invitations} options={options} place={place} now={now} />}
    </>
  );
});

export const head: DocumentHead = { title: 'Members' };
