/** Makes a service account with its first role. */
import { $, component$ } from '@builder.io/qwik';
import { PlaceField } from '~/components/access/place-field';
import { RoleField } from '~/components/access/role-field';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { post } from '~/lib/api';
import type { ServiceAccountItem } from '~/lib/api-types';
import { type PlaceOption, placeFields } from '~/lib/places';
import { toastNext } from '~/lib/toast';

export const AccountDialog = component$<{ options: PlaceOption[]; place: string }>(({ options, place }) => {
  const save = $(async (values: FormValues) => {
    const where = values.text('place');
    const name = values.text('name');
    const answer = await post<ServiceAccountItem>('/api/v1/service-accounts', { name, role: values.text('role'), ...placeFields(where) });
    if (!answer.ok) return answer.problem;
    toastNext({ text: `${name} is created. It needs a key to act.` });
    location.assign(`/members/${answer.value.id}`);
    return undefined;
  });
  return (
    <FormDialog label="New service account" title="New service account" verb="Create account" save={save}>
      <p class="mb-3 text-13 text-text-2">A program that acts in its own name. Its keys may do what its roles allow.</p>
      <label class="mb-3 block text-12 text-text-3">
        Name
        <input name="name" class="field mt-1 block w-full" required maxLength={200} placeholder="deployer" autoComplete="off" spellcheck={false} />
      </label>
      <RoleField />
      <PlaceField options={options} value={place} />
    </FormDialog>
  );
});
