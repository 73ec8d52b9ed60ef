/** Who else reaches a place, or is in the company: those whose role was given above, and those who have none in the company itself. */
import { component$ } from '@builder.io/qwik';
import { Who } from '~/components/access/member-list';
import { type Column, DataTable } from '~/components/ui/data-table';
import type { MemberItem } from '~/lib/api-types';
import { type PlaceOption, placeOf, whereOf } from '~/lib/places';
import { type Somebody, somebodyOf } from '~/lib/roster';

const heading = 'px-3 pt-4 text-14 font-semibold sm:px-4';
const words = 'max-w-[720px] px-3 pt-1 pb-3 text-13 text-text-2 sm:px-4';

interface AboveProps {
  members: MemberItem[];
  options: PlaceOption[];
  /** Whether each has a page. */
  linked: boolean;
}

export const AboveList = component$<AboveProps>(({ members, options, linked }) => {
  const columns: Column<MemberItem>[] = [
    { title: 'Who', cell: (member) => <Who somebody={somebodyOf(member)} linked={linked} /> },
    { title: 'Role', cell: ({ role }) => role },
    {
      title: 'Given in',
      cell: (member) => (
        <a class="row-link" href={`/members?place=${encodeURIComponent(placeOf(member))}`}>
          {whereOf(options, placeOf(member))}
        </a>
      ),
    },
  ];
  return (
    <section aria-labelledby="from-above" class="mt-6 border-t border-line">
      <h2 id="from-above" class={heading}>
        Roles from above
      </h2>
      <p class={words}>They hold here too, and are changed where they were given.</p>
      <DataTable caption="Roles from above" columns={columns} rows={members} keyOf={(member) => `${member.level}-${member.member}`} />
    </section>
  );
});

export const OthersList = component$<{ people: Somebody[] }>(({ people }) => {
  const columns: Column<Somebody>[] = [
    { title: 'Who', cell: (somebody) => <Who somebody={somebody} linked /> },
    {
      title: 'Roles',
      phone: 'actions',
      cell: ({ id, name }) => (
        <a class="btn btn-small" href={`/members/${id}`} aria-label={`Roles of ${name}`}>
          Roles
        </a>
      ),
    },
  ];
  return (
    <section aria-labelledby="others" class="mt-6 border-t border-line">
      <h2 id="others" class={heading}>
        Everybody else
      </h2>
      <p class={words}>No role in the whole company: theirs are in organizations and projects, if they have any.</p>
      <DataTable caption="Everybody else" columns={columns} rows={people} keyOf={({ id }) => id} />
    </section>
  );
});
