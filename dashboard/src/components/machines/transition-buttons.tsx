/** The transitions that lead out of the state. Each opens a dialog for its data, and says plainly when it is refused. */
import { $, component$, useId, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/machines/data-field';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { send } from '~/lib/api';
import type { MachineInstanceItem } from '~/lib/api-types';
import { readObject } from '~/lib/json-object';
import { type MachineName, machineApi } from '~/lib/machine-links';

interface Props {
  machine: MachineName;
  instance: MachineInstanceItem;
}

export const TransitionButtons = component$<Props>(({ machine, instance }) => (
  <div class="mt-3">
    {instance.pending && (
      <p class="notice mb-3">
        {instance.pending.transition} to {instance.pending.to} waits for{' '}
        {instance.pending.executions.map((execution, index) => (
          <a key={execution} class="link" href={`/executions/${execution}`}>
            hook {index + 1}
          </a>
        ))}
        .
      </p>
    )}
    {instance.transitions.length === 0 ? (
      <p class="text-13 text-text-3">Nothing leads out of {instance.state}.</p>
    ) : (
      <fieldset class="m-0 flex flex-wrap gap-2 border-0 p-0">
        <legend class="sr-only">Transitions out of {instance.state}</legend>
        {instance.transitions.map((transition) => (
          <TransitionDialog key={transition.name} machine={machine} instance={instance} transition={transition} />
        ))}
      </fieldset>
    )}
  </div>
));

const TransitionDialog = component$<Props & { transition: MachineInstanceItem['transitions'][number] }>(({ machine, instance, transition }) => {
  const id = useId();
  const dialog = useSignal<HTMLDialogElement>();
  const text = useSignal('');
  const error = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const change = $((value: string) => {
    text.value = value;
    const read = readObject(value);
    error.value = 'error' in read ? read.error : '';
    problem.value = undefined;
  });
  const move = $(async (_: Event, form: HTMLFormElement) => {
    const read = readObject(valuesOf(form).typed('data'));
    if ('error' in read) {
      error.value = read.error;
      return;
    }
    busy.value = true;
    problem.value = undefined;
    const path = `${machineApi(machine)}/instances/${encodeURIComponent(instance.id)}/transition?environment=${encodeURIComponent(machine.environment)}`;
    // What is on the page is what was decided on.
    problem.value = await send('PUT', path, { transition: transition.name, data: read.value, expected_state: instance.state });
    busy.value = false;
    if (!problem.value) location.reload();
  });
  return (
    <Dialog
      label={transition.name}
      title={transition.name}
      hint={`To ${transition.to}${transition.condition ? `, if ${transition.condition}` : ''}`}
      dialog={dialog}
    >
      <form preventdefault:submit onSubmit$={move}>
        <p class="text-13 text-text-2">
          {instance.id} goes from {instance.state} to {transition.to}.
          {transition.condition && (
            <>
              {' '}
              Only if <code class="mono text-12">{transition.condition}</code>.
            </>
          )}
        </p>
        <DataField id={`${id}-data`} label="Data of the transition" value={text.value} error={error.value} change$={change} />
        {problem.value && (
          <p class="notice notice-bad mt-2" role="alert">
            <span>
              {problem.value.detail ?? problem.value.title}{' '}
              {typeof problem.value.hook_execution === 'string' && (
                <a class="link" href={`/executions/${problem.value.hook_execution}`}>
                  Open the hook
                </a>
              )}
            </span>
          </p>
        )}
        <DialogActions>
          <button type="button" class="btn" onClick$={() => dialog.value?.close()}>
            Close
          </button>
          <button type="submit" class="btn btn-primary" disabled={busy.value || error.value !== ''}>
            Move to {transition.to}
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
});
