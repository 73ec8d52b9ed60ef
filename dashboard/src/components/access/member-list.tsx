import { component$ } from '@builder.io/qwik';
import { ChangeRole, RemoveMember } from '~/components/access/change-role';
import { Actor } from '~/components/ui/actor';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { MemberItem } from '~/lib/api-types';
import { type Somebody, somebodyOf } from '~/lib/roster';

interface Props {
  members: MemberItem[];
  place: string;
  where: string;
  names: ActorNames;
  now: number;
  /** Whether the reader may give roles here. */
  mayChange: boolean;
  /** Whether each has a page. */
  linked: boolean;
}

export const MemberList = component$<Props>(({ members, place, where, names, now, mayChange, linked }) => {
  const columns: Column<MemberItem>[] = [
    { title: 'Who', cell: (member) => <Who somebody={somebodyOf(member)} linked={linked} /> },
    { title: 'Role', cell: ({ role }) => role },
    { title: 'Since', cell: ({ created_at }) => <Moment at={created_at} now={now} /> },
    { title: 'By', class: 'text-text-2', cell: ({ created_by }) => <Actor by={created_by} names={names} /> },
  ];
  if (mayChange) {
    columns.push({
      title: 'Actions',
      phone: 'actions',
      cell: (member) => (
        <>
          <ChangeRole member={member} place={place} where={where} />
          <RemoveMember member={member} place={place} where={where} />
        </>
      ),
    });
  }
  return <DataTable caption="Members" columns={columns} rows={members} keyOf={({ member }) => member} />;
});

export const Who = ({ somebody: { id, kind, name, email }, linked }: { somebody: Somebody; linked: boolean }) => (
  <>
    {linked ? (
      <a class="row-link" href={`/members/${id}`} title={id}>
        {name}
      </a>
    ) : (
      <span title={id}>{name}</span>
    )}
    {kind === 'service_account' ? (
      <span class="ml-2 text-12 text-text-3">service account</span>
    ) : (
      email && email !== name && <span class="ml-2 text-12 text-text-3">{email}</span>
    )}
  </>
);
