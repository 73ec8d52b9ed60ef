/** Gives somebody another role in the place of the list, or takes it away. */
import { $, component$ } from '@builder.io/qwik';
import { RoleField } from '~/components/access/role-field';
import { Confirm } from '~/components/ui/confirm';
import { send } from '~/lib/api';
import type { MemberItem } from '~/lib/api-types';
import { membersPath } from '~/lib/places';
import { toastNext } from '~/lib/toast';

interface Props {
  member: MemberItem;
  place: string;
  where: string;
  /** Where it leads; the members of the place when absent. */
  back?: string;
}

export const nameOf = (member: MemberItem) => member.name ?? member.email ?? member.member;

export const ChangeRole = component$<Props>(({ member, place, where, back }) => {
  const change = $(async (fields: { [name: string]: string }) => {
    const failed = await send('PUT', `${membersPath(place)}/${encodeURIComponent(member.member)}`, { role: fields.role });
    if (failed) return failed;
    toastNext({ text: `${nameOf(member)} is ${fields.role} in ${where} now.` });
    location.assign(back ?? `/members?place=${encodeURIComponent(place)}`);
  });
  return (
    <Confirm
      label="Change"
      describe={`Change the role of ${nameOf(member)}`}
      title={`Role of ${nameOf(member)}`}
      verb="Give role"
      button="btn btn-small"
      harmless
      act={change}
    >
      <p class="mb-3">In {where}, and everywhere below. It holds within two seconds.</p>
      <RoleField value={member.role} />
    </Confirm>
  );
});

export const RemoveMember = component$<Props>(({ member, place, where, back }) => {
  const remove = $(async (fields: { [name: string]: string }) => {
    const everywhere = fields.everywhere ? '?everywhere=true' : '';
    const failed = await send('DELETE', `${membersPath(place)}/${encodeURIComponent(member.member)}${everywhere}`);
    if (failed) return failed;
    toastNext({ text: `${nameOf(member)} has no role in ${where} any more.` });
    location.assign(back ?? `/members?place=${encodeURIComponent(place)}`);
  });
  return (
    <Confirm
      label="Remove"
      describe={`Remove ${nameOf(member)}`}
      title={`Remove ${nameOf(member)}`}
      verb="Remove"
      button="btn btn-small btn-danger"
      act={remove}
    >
      <p>
        The role {member.role} in {where} is taken away. Roles given elsewhere stay.
      </p>
      {place === 'company' && (
        <label class="mt-3 flex items-center gap-2">
          <input type="checkbox" name="everywhere" value="yes" />
          Take all roles in organizations and projects too
        </label>
      )}
    </Confirm>
  );
});
