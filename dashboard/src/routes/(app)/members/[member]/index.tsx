/** One person or program of the company: all roles, wherever they were given, and the keys of a program. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { DeleteAccount } from '~/components/access/delete-account';
import { GiveRole } from '~/components/access/give-role';
import { KeyDialog } from '~/components/access/key-dialog';
import { KeyList } from '~/components/access/key-list';
import { RoleList } from '~/components/access/role-list';
import { Crumbs } from '~/components/ui/crumbs';
import { EmptyState } from '~/components/ui/empty-state';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { ApiKeyItem, MemberItem, Page } from '~/lib/api-types';
import { loadPlaces } from '~/lib/load-places';
import { COMPANY, placesOfAdmin } from '~/lib/places';
import { roster, somebodyOf } from '~/lib/roster';

export const useMember = routeLoader$(async (event) => {
  const id = event.params.member!;
  const isProgram = id.startsWith('svc_');
  const everybody = roster(event);
  const [answer, { options }, { all }, names, keys] = await Promise.all([
    get<Page<MemberItem>>(event, `/api/v1/members/${encodeURIComponent(id)}?limit=200`),
    loadPlaces(event),
    everybody,
    actorNames(event, everybody),
    isProgram ? get<Page<ApiKeyItem>>(event, `/api/v1/api-keys?service_account=${encodeURIComponent(id)}&limit=200`) : undefined,
  ]);
  if (!answer.ok) failWith(event, answer.problem);
  const [role] = answer.ok ? answer.value.items : [];
  return {
    answer,
    somebody:
      all.find((each) => each.id === id) ?? (role ? somebodyOf(role) : { id, kind: isProgram ? ('service_account' as const) : ('user' as const), name: id }),
    options,
    names,
    keys: keys?.ok ? keys.value.items : undefined,
    mayChange: placesOfAdmin(options)[0]?.value === COMPANY,
    now: Date.now(),
  };
});

export default component$(() => {
  const { answer, somebody, options, names, keys, mayChange, now } = useMember().value;
  if (!answer.ok) {
    return (
      <ProblemPanel problem={answer.problem} heading="The roles could not be loaded">
        <a class="btn btn-primary" href="/members">
          Members
        </a>
      </ProblemPanel>
    );
  }
  const { id, kind, name, email } = somebody;
  const back = `/members/${id}`;
  const roles = answer.value.items;
  const isProgram = kind === 'service_account';
  return (
    <>
      <div class="px-3 pt-3 sm:px-4">
        <Crumbs trail={[{ href: '/members', label: 'Members' }]} />
      </div>
      <PageHeader
        title={name}
        note={isProgram ? 'Service account' : email !== name ? email : undefined}
        actions={
          mayChange && (
            <>
              {isProgram ? (
                <DeleteAccount id={id} name={name} keys={keys?.length ?? 0} />
              ) : (
                <a class="btn" href="/identity-providers">
                  Account
                </a>
              )}
              <GiveRole people={[somebody]} options={options} place={COMPANY} back={back} button="btn btn-primary" />
            </>
          )
        }
      />
      {roles.length > 0 ? (
        <RoleList roles={roles} options={options} names={names} mayChange={mayChange} back={back} now={now} />
      ) : (
        <EmptyState heading="No role anywhere">
          <p>
            {isProgram ? 'Its keys may do nothing' : 'They can sign in, and see nothing'} until {isProgram ? 'it has' : 'they have'} a role.
          </p>
        </EmptyState>
      )}
      {keys && (
        <section aria-labelledby="keys" class="mt-6 border-t border-line">
          <div class="flex min-h-14 flex-wrap items-center gap-3 px-3 pt-4 pb-2 sm:px-4">
            <h2 id="keys" class="text-16 font-semibold">
              Keys
            </h2>
            <span class="ml-auto">
              <KeyDialog options={options} accounts={[{ id, name }]} account={id} back={back} />
            </span>
          </div>
          {keys.length > 0 ? (
            <KeyList keys={keys} options={options} accounts={[{ id, name }]} names={names} now={now} back={back} />
          ) : (
            <p class="px-3 pb-6 text-13 text-text-2 sm:px-4">It needs a key to act.</p>
          )}
        </section>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Member' };
