/** Who has which role: in the company, an organization, or a project; who reaches it from above, and who is invited. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, type RequestEventLoader, routeLoader$ } from '@builder.io/qwik-city';
import { AccountDialog } from '~/components/access/account-dialog';
import { GiveRole } from '~/components/access/give-role';
import { InvitationList } from '~/components/access/invitation-list';
import { InviteDialog } from '~/components/access/invite-dialog';
import { MemberList } from '~/components/access/member-list';
import { AboveList, OthersList } from '~/components/access/reach-lists';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import { get } from '~/lib/api';
import type { InvitationItem, MemberItem, Page } from '~/lib/api-types';
import { sendFilters } from '~/lib/filter-form';
import { getList } from '~/lib/list';
import { loadPlaces } from '~/lib/load-places';
import { COMPANY, membersPath, placeFields, placesAbove, placesOfAdmin, whereOf } from '~/lib/places';
import { getAll, roster } from '~/lib/roster';

export const useMembers = routeLoader$(async (event) => {
  const { options, projects } = await loadPlaces(event);
  const own = placesOfAdmin(options);
  const asked = event.query.get('place');
  let place = options.some(({ value }) => value === asked) ? asked! : COMPANY;
  let answer = await getList<MemberItem>(event, membersPath(place));
  const first = own[0] ?? options[1];
  if (!answer.ok && answer.problem.status === 403 && !asked && first) {
    // Somebody without a role in the company begins where they have one.
    event.status(200);
    place = first.value;
    answer = await getList<MemberItem>(event, membersPath(place));
  }
  const query = new URLSearchParams({ limit: '200', ...placeFields(place) });
  const everybody = roster(event);
  const [invitations, names, { all, isWhole }, above, company] = await Promise.all([
    get<Page<InvitationItem>>(event, `/api/v1/invitations?${query}`),
    actorNames(event, everybody),
    everybody,
    membersAbove(event, placesAbove(place, projects)),
    getAll<MemberItem>(event, '/api/v1/members'),
  ]);
  const withRole = new Set(company.ok ? company.value.map(({ member }) => member) : []);
  return {
    answer,
    options,
    own,
    place,
    names,
    above,
    mayChange: own.some(({ value }) => value === place),
    invitations: invitations.ok ? invitations.value.items : [],
    people: isWhole ? all : [],
    others: place === COMPANY && isWhole && company.ok ? all.filter(({ id }) => !withRole.has(id)) : [],
    linked: company.ok,
    now: Date.now(),
  };
});

/** Of those places that the reader may see. */
async function membersAbove(event: RequestEventLoader, places: readonly string[]): Promise<MemberItem[]> {
  const lists = await Promise.all(places.map((place) => getAll<MemberItem>(event, membersPath(place))));
  return lists.flatMap((list) => (list.ok ? list.value : []));
}

export default component$(() => {
  const { answer, options, own, place, names, above, mayChange, invitations, people, others, linked, now } = useMembers().value;
  const where = whereOf(options, place);
  const hint = mayChange ? undefined : `This needs the role admin in ${where}.`;
  return (
    <>
      <ListPage
        title="Members"
        what="members"
        path="/members"
        answer={answer}
        actions={
          <>
            {place === COMPANY && mayChange && <AccountDialog options={own} place={place} />}
            {mayChange && people.length > 1 && <GiveRole people={people} options={own} place={place} />}
            <InviteDialog options={own} place={place} hint={hint} />
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
        rows={(items) => <MemberList members={items} place={place} where={where} names={names} now={now} mayChange={mayChange} linked={linked} />}
        empty={
          <EmptyState heading={`No role was given in ${where}`}>
            <p>
              {above.length > 0 ? 'Those below reach it by roles of a level above.' : 'Roles of a level above hold here too.'} Invite somebody, and they see
              what is in {where}, and nothing else.
            </p>
          </EmptyState>
        }
      />
      {answer.ok && above.length > 0 && <AboveList members={above} options={options} linked={linked} />}
      {others.length > 0 && <OthersList people={others} />}
      {invitations.length > 0 && <InvitationList invitations={invitations} options={options} place={place} now={now} />}
    </>
  );
});

export const head: DocumentHead = { title: 'Members' };
