/** Makes an instance by hand, and goes to it. */
import { $, component$, useId, useSignal } from '@builder.io/qwik';
import { useNavigate } from '@builder.io/qwik-city';
import { DataField } from '~/components/machines/data-field';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { post } from '~/lib/api';
import { readObject } from '~/lib/json-object';
import { instancePath, type MachineName, machineApi } from '~/lib/machine-links';
import { mistake } from '~/lib/mistake';

export const NewInstance = component$<{ machine: MachineName }>(({ machine }) => {
  const navigate = useNavigate();
  const id = useId();
  const text = useSignal('');
  const error = useSignal('');
  const change = $((value: string) => {
    text.value = value;
    const read = readObject(value);
    error.value = 'error' in read ? read.error : '';
  });
  const create = $(async (values: FormValues) => {
    const name = values.text('id');
    const read = readObject(values.typed('data'));
    if ('error' in read) return mistake(read.error, 'invalid_json');
    const path = `${machineApi(machine)}/instances?environment=${encodeURIComponent(machine.environment)}`;
    const answer = await post<{ id: string }>(path, { ...(name ? { id: name } : {}), data: read.value });
    if (!answer.ok) return answer.problem;
    await navigate(instancePath(machine, answer.value.id));
  });
  return (
    <FormDialog label="New instance" title={`New instance of ${machine.name}`} verb="Create instance" blocked={error.value !== ''} save={create}>
      <label class="block text-12 text-text-3">
        Id, generated when empty
        <input class="field mono mt-1 block w-full text-12" name="id" maxLength={200} />
      </label>
      <DataField id={`${id}-data`} label="Data" value={text.value} error={error.value} change$={change} />
    </FormDialog>
  );
});
