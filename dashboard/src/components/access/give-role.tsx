/** Gives a role to somebody who is in the company already, a person or a program: nobody has to be invited twice. */
import { $, component$ } from '@builder.io/qwik';
import { PlaceField } from '~/components/access/place-field';
import { RoleField } from '~/components/access/role-field';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { send } from '~/lib/api';
import { membersPath, type PlaceOption, whereOf } from '~/lib/places';
import type { Somebody } from '~/lib/roster';
import { toastNext } from '~/lib/toast';

interface Props {
  /** To choose from; one is not asked for. */
  people: Somebody[];
  options: PlaceOption[];
  place: string;
  /** Where it leads; the members of the place when absent. */
  back?: string;
  button?: string;
}

export const GiveRole = component$<Props>(({ people, options, place, back, button }) => {
  const only = people.length === 1 ? people[0] : undefined;
  const save = $(async (values: FormValues) => {
    const where = values.text('place');
    const role = values.text('role');
    const id = only?.id ?? values.text('member');
    const failed = await send('PUT', `${membersPath(where)}/${encodeURIComponent(id)}`, { role });
    if (failed) return failed;
    const name = people.find((each) => each.id === id)?.name ?? id;
    toastNext({ text: `${name} is ${role} in ${whereOf(options, where)} now.` });
    location.assign(back ?? `/members?place=${encodeURIComponent(where)}`);
    return undefined;
  });
  return (
    <FormDialog label="Give a role" title={only ? `Give ${only.name} a role` : 'Give a role'} button={button ?? 'btn'} verb="Give role" save={save}>
      <p class="mb-3 text-13 text-text-2">It holds at once, in place of the one they had there, and everywhere below. Who has no account yet is invited.</p>
      {!only && (
        <label class="mb-3 block text-12 text-text-3">
          Who
          <select name="member" class="field mt-1 block w-full">
            {people.map(({ id, kind, name, email }) => (
              <option key={id} value={id}>
                {kind === 'user' ? `${name}, ${email ?? id}` : `${name}, service account`}
              </option>
            ))}
          </select>
        </label>
      )}
      <RoleField />
      <PlaceField options={options} value={place} />
    </FormDialog>
  );
});
