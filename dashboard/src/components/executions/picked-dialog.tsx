/** One order to the executions that were picked from the list: which they are, and what came of it for each. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { BULK_ACTIONS, type BulkAction } from '#contracts/bulk';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { Radio } from '~/components/ui/radio';
import { Status } from '~/components/ui/status-mark';
import { ORDERS } from '~/lib/orders';
import { type Done, orderEach, type Picked } from '~/lib/picked';

export const PickedDialog = component$<{ picked: Picked[] }>(({ picked }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const action = useSignal<BulkAction>('cancel');
  const done = useSignal<Done[]>();
  const busy = useSignal(false);
  const count = picked.length === 1 ? 'this one' : `these ${picked.length}`;
  const begin = $(async (_: Event, form: HTMLFormElement) => {
    const chosen = valuesOf(form).text('order') as BulkAction;
    busy.value = true;
    done.value = [];
    await orderEach(
      chosen,
      picked.map(({ execution_id }) => execution_id),
      (one) => {
        done.value = [...done.value!, one];
      },
    );
    busy.value = false;
  });
  const finished = done.value !== undefined && !busy.value;
  return (
    <Dialog
      label="Act on them"
      title={picked.length === 1 ? 'The execution that is picked' : `The ${picked.length} executions that are picked`}
      button="btn btn-small"
      width={520}
      dialog={dialog}
      onOpen$={() => {
        done.value = undefined;
      }}
    >
      <form preventdefault:submit onSubmit$={begin}>
        {!done.value && (
          <fieldset class="m-0 flex flex-wrap gap-x-4 border-0 p-0">
            <legend class="sr-only">What to do</legend>
            {BULK_ACTIONS.map((one) => (
              <Radio key={one} name="order" value={one} checked={action.value === one} onChange$={() => (action.value = one)}>
                {ORDERS[one]}
              </Radio>
            ))}
          </fieldset>
        )}
        <p class="min-h-5 text-13 text-text-2" aria-live="polite">
          {done.value
            ? `${done.value.length} of ${picked.length}: ${done.value.filter(({ problem }) => !problem).length} done, ${done.value.filter(({ problem }) => problem).length} left as they are.`
            : 'One that cannot take the order is left as it is.'}
        </p>
        <ul class="mt-2 max-h-[320px] overflow-auto border-t border-line text-13">
          {picked.map(({ execution_id, pipeline, status }) => {
            const answer = done.value?.find((one) => one.execution_id === execution_id);
            return (
              <li key={execution_id} class="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-line py-1">
                <Status status={status} />
                <span class="font-medium">{pipeline}</span>
                {answer && (
                  <span class={['min-w-0 break-words', answer.problem ? 'text-bad' : 'text-ok']}>
                    {answer.problem ? (answer.problem.detail ?? answer.problem.title) : 'Done'}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <DialogActions>
          <button
            type="button"
            class="btn"
            onClick$={() => {
              dialog.value?.close();
              if (finished) location.reload();
            }}
          >
            Close
          </button>
          {!done.value && (
            <button type="submit" class={action.value === 'cancel' ? 'btn btn-danger' : 'btn btn-primary'} disabled={busy.value}>
              {ORDERS[action.value]} {count}
            </button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
});
