/** Makes an instance by hand, and goes to it. */
import { $, component$, useId, useSignal } from '@builder.io/qwik';
import { useNavigate } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/machines/data-field';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { post } from '~/lib/api';
import { readObject } from '~/lib/json-object';
import { instancePath, type MachineName, machineApi } from '~/lib/machine-links';

export const NewInstance = component$<{ machine: MachineName }>(({ machine }) => {
  const navigate = useNavigate();
  const id = useId();
  const dialog = useSignal<HTMLDialogElement>();
  const name = useSignal('');
  const text = useSignal('');
  const error = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const change = $((value: string) => {
    text.value = value;
    const read = readObject(value);
    error.value = 'error' in read ? read.error : '';
  });
  const create = $(async () => {
    const read = readObject(text.value);
    if ('error' in read) return;
    busy.value = true;
    problem.value = undefined;
    const path = `${machineApi(machine)}/instances?environment=${encodeURIComponent(machine.environment)}`;
    const answer = await post<{ id: string }>(path, { ...(name.value.trim() ? { id: name.value.trim() } : {}), data: read.value });
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    dialog.value?.close();
    await navigate(instancePath(machine, answer.value.id));
  });
  return (
    <Dialog label="New instance" title={`New instance of ${machine.name}`} dialog={dialog}>
      <form preventdefault:submit onSubmit$={create}>
        <label class="block text-12 text-text-3">
          Id, made up when empty
          <input class="field mono mt-1 block w-full text-12" maxLength={200} onInput$={(_, field) => (name.value = field.value)} />
        </label>
        <DataField id={`${id}-data`} label="Data" value={text.value} error={error.value} change$={change} />
        <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value || error.value !== ''} verb="Make instance" />
      </form>
    </Dialog>
  );
});
