import { component$ } from '@builder.io/qwik';
import { ChangeRole, nameOf, RemoveMember } from '~/components/access/change-role';
import { Moment } from '~/components/ui/moment';
import type { MemberItem } from '~/lib/api-types';

interface Props {
  members: MemberItem[];
  place: string;
  where: string;
  now: number;
}

export const MemberList = component$<Props>(({ members, place, where, now }) => (
  <div>
    <table class="data max-sm:hidden">
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">Role</th>
          <th scope="col">Since</th>
          <th scope="col">By</th>
          <th scope="col">
            <span class="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody class="rows">
        {members.map((member) => (
          <tr key={member.member}>
            <td>
              <Who member={member} />
            </td>
            <td>{member.role}</td>
            <td>
              <Moment at={member.created_at} now={now} />
            </td>
            <td class="text-text-2">{member.created_by}</td>
            <td>
              <span class="flex justify-end gap-2">
                <ChangeRole member={member} place={place} where={where} />
                <RemoveMember member={member} place={place} where={where} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <ul class="sm:hidden">
      {members.map((member) => (
        <li key={member.member} class="border-b border-line px-3 py-3">
          <p class="text-13 break-all">
            <Who member={member} />
          </p>
          <p class="mt-1 text-12 text-text-2">
            {member.role}, since <Moment at={member.created_at} now={now} />
          </p>
          <div class="mt-2 flex gap-2">
            <ChangeRole member={member} place={place} where={where} />
            <RemoveMember member={member} place={place} where={where} />
          </div>
        </li>
      ))}
    </ul>
  </div>
));

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
