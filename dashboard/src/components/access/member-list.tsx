import { component$ } from '@builder.io/qwik';
import { ChangeRole, nameOf, RemoveMember } from '~/components/access/change-role';
import { Actor } from '~/components/ui/actor';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { MemberItem } from '~/lib/api-types';

interface Props {
  members: MemberItem[];
  place: string;
  where: string;
  names: ActorNames;
  now: number;
}

export const MemberList = component$<Props>(({ members, place, where, names, now }) => {
  const columns: Column<MemberItem>[] = [
    { title: 'Who', cell: (member) => <Who member={member} /> },
    { title: 'Role', cell: ({ role }) => role },
    { title: 'Since', cell: ({ created_at }) => <Moment at={created_at} now={now} /> },
    { title: 'By', class: 'text-text-2', cell: ({ created_by }) => <Actor by={created_by} names={names} /> },
    {
      title: 'Actions',
      phone: 'actions',
      cell: (member) => (
        <>
          <ChangeRole member={member} place={place} where={where} />
          <RemoveMember member={member} place={place} where={where} />
        </>
      ),
    },
  ];
  return <DataTable caption="Members" columns={columns} rows={members} keyOf={({ member }) => member} />;
});

const Who = ({ member }: { member: MemberItem }) => (
  <>
    <span title={member.member}>{nameOf(member)}</span>
    {member.kind === 'service_account' ? (
      <span class="ml-2 text-12 text-text-3">service account</span>
    ) : (
      member.name && member.email && <span class="ml-2 text-12 text-text-3">{member.email}</span>
    )}
  </>
);
