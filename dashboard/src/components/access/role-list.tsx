/** The roles of one person or program, by where they were given. */
import { component$ } from '@builder.io/qwik';
import { ChangeRole, RemoveMember } from '~/components/access/change-role';
import { Actor } from '~/components/ui/actor';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { MemberItem } from '~/lib/api-types';
import { labelOf, type PlaceOption, placeOf, whereOf } from '~/lib/places';

interface Props {
  roles: MemberItem[];
  options: PlaceOption[];
  names: ActorNames;
  mayChange: boolean;
  /** Path of the page, for after a change. */
  back: string;
  now: number;
}

export const RoleList = component$<Props>(({ roles, options, names, mayChange, back, now }) => {
  const columns: Column<MemberItem>[] = [
    {
      title: 'In',
      cell: (role) => (
        <a class="row-link" href={`/members?place=${encodeURIComponent(placeOf(role))}`}>
          {labelOf(options, placeOf(role))}
        </a>
      ),
    },
    { title: 'Role', cell: ({ role }) => role },
    { title: 'Since', cell: ({ created_at }) => <Moment at={created_at} now={now} /> },
    { title: 'By', class: 'text-text-2', cell: ({ created_by }) => <Actor by={created_by} names={names} /> },
  ];
  if (mayChange) {
    columns.push({
      title: 'Actions',
      phone: 'actions',
      cell: (role) => {
        const place = placeOf(role);
        const where = whereOf(options, place);
        return (
          <>
            <ChangeRole member={role} place={place} where={where} back={back} />
            <RemoveMember member={role} place={place} where={where} back={back} />
          </>
        );
      },
    });
  }
  return <DataTable caption="Roles" columns={columns} rows={roles} keyOf={placeOf} />;
});
