/** Who has which role: in the company, an organization, or a project; and who is invited. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { AccountDialog } from '~/components/access/account-dialog';
import { InvitationList } from '~/components/access/invitation-list';
import { InviteDialog } from '~/components/access/invite-dialog';
import { MemberList } from '~/components/access/member-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import { get } from '~/lib/api';
import type { InvitationItem, MemberItem, OrganizationItem, Page, ProjectItem } from '~/lib/api-types';
import { sendFilters } from '~/lib/filter-form';
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
  const [invitations, names] = await Promise.all([get<Page<InvitationItem>>(event, `/api/v1/invitations?${query}`), actorNames(event)]);
  // Who may see members need not be one who may invite.
  return { answer, options, place, names, invitations: invitations.ok ? invitations.value.items : [], now: Date.now() };
});

export default component$(() => {
  const { answer, options, place, names, invitations, now } = useMembers().value;
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
          <form class="filters border-b border-line" action="/members" method="get">
            <label class="flex min-w-0 items-center gap-2 text-13 text-text-2 max-sm:w-full">
              <span class="flex-none">Roles given in</span>
              <select name="place" class="field min-w-0 grow sm:w-[280px]" onChange$={(_, field) => sendFilters(field)}>
                {options.map((option) => (
                  <option key={option.value} value={option.value} selected={option.value === place}>
                    {option.label}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" class="sr-only">
              Show
            </button>
          </form>
        }
        rows={(items) => <MemberList members={items} place={place} where={where} names={names} now={now} />}
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
