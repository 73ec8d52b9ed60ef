/** One order to all executions that the filters find: counted before it is given, followed while it is carried out. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { z } from 'zod';
import type { bulkJobSchema, bulkPreviewSchema } from '#contracts/api-bulk';
import { BULK_ACTIONS, type BulkAction } from '#contracts/bulk';
import type { ProblemBody } from '#contracts/problems';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Radio } from '~/components/ui/radio';
import { call, post } from '~/lib/api';
import { bulkFilter, type Filters } from '~/lib/filters';
import { ORDERS, statesInWords } from '~/lib/orders';
import { serverNow } from '~/lib/server-clock';
import { formatCount } from '~/lib/time';

const ASK_MS = 700;
const FIRST: BulkAction = 'cancel';

type Job = z.infer<typeof bulkJobSchema>;

export const BulkDialog = component$<{ filters: Filters }>(({ filters }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const action = useSignal<BulkAction>(FIRST);
  const preview = useSignal<z.infer<typeof bulkPreviewSchema>>();
  const job = useSignal<Job>();
  const problem = useSignal<ProblemBody>();

  const count = $(async (chosen: BulkAction) => {
    action.value = chosen;
    preview.value = undefined;
    problem.value = undefined;
    const answer = await post<z.infer<typeof bulkPreviewSchema>>('/api/v1/executions/bulk', {
      action: chosen,
      filter: bulkFilter(filters, serverNow()),
      preview: true,
    });
    // Something else was chosen meanwhile: its own count comes.
    if (action.value !== chosen) return;
    if (answer.ok) preview.value = answer.value;
    else problem.value = answer.problem;
  });
  const follow = $(async (id: string) => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      const answer = await call<Job>(`/api/v1/executions/bulk/${id}`);
      if (!answer.ok) {
        problem.value = answer.problem;
        return;
      }
      job.value = answer.value;
      if (answer.value.status !== 'running') return;
    }
  });
  const begin = $(async (_: Event, form: HTMLFormElement) => {
    const chosen = valuesOf(form).text('order') as BulkAction;
    // Nothing is ordered of which nobody was told how many it finds.
    if (chosen !== action.value) return count(chosen);
    if (!preview.value) return;
    const answer = await post<Job>('/api/v1/executions/bulk', { action: chosen, filter: bulkFilter(filters, serverNow()) });
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    job.value = answer.value;
    await follow(answer.value.id);
  });
  const stop = $(async () => {
    const answer = await post<Job>(`/api/v1/executions/bulk/${job.value!.id}/cancel`, {});
    if (answer.ok) job.value = answer.value;
    else problem.value = answer.problem;
  });

  const found = preview.value && `${preview.value.total_is_least ? 'more than ' : ''}${formatCount(preview.value.total)}`;
  const looked = job.value ? job.value.done + job.value.refused + job.value.failed : 0;
  return (
    <Dialog
      label="Bulk action"
      title="All executions that the filters find"
      width={480}
      dialog={dialog}
      onOpen$={() => {
        // The choices that an order has taken the place of are drawn anew.
        const chosen = job.value ? FIRST : action.value;
        job.value = undefined;
        return count(chosen);
      }}
    >
      <form preventdefault:submit onSubmit$={begin}>
        {job.value ? (
          <div aria-live="polite">
            <p class="text-text-2">
              {ORDERS[job.value.action]}: {formatCount(looked)} of {job.value.total_is_least ? 'at least ' : ''}
              {formatCount(job.value.total)}, {job.value.status}.
            </p>
            <progress
              class="mt-2 w-full"
              max={Math.max(job.value.total, looked, 1)}
              value={job.value.status === 'completed' ? Math.max(job.value.total, looked, 1) : looked}
            />
            <p class="mt-1 text-13">
              {formatCount(job.value.done)} done, {formatCount(job.value.refused)} refused, {formatCount(job.value.failed)} failed
            </p>
            {job.value.problems.length > 0 && (
              <ul class="mt-2 max-h-[160px] overflow-auto text-12 text-text-2">
                {job.value.problems.map((one) => (
                  <li key={one.execution_id}>
                    <a class="link mono" href={`/executions/${one.execution_id}`}>
                      {one.execution_id.slice(0, 12)}…
                    </a>{' '}
                    {one.message}
                  </li>
                ))}
              </ul>
            )}
          </div>
        ) : (
          <>
            <fieldset class="m-0 flex flex-wrap gap-x-4 border-0 p-0">
              <legend class="sr-only">What to do</legend>
              {BULK_ACTIONS.map((one) => (
                <Radio key={one} name="order" value={one} checked={one === FIRST} onChange$={() => count(one)}>
                  {ORDERS[one]}
                </Radio>
              ))}
            </fieldset>
            <p class="mt-2 min-h-5 text-13 text-text-2" aria-live="polite">
              {found === undefined
                ? problem.value
                  ? ''
                  : 'Counting'
                : `The filters find ${found} now: ${statesInWords(preview.value!.by_status)}. Those that cannot take the order are left as they are.`}
            </p>
          </>
        )}
        <ProblemNotice problem={problem.value} />
        <DialogActions>
          {job.value?.status === 'running' && (
            <button type="button" class="btn btn-danger" onClick$={stop}>
              Stop
            </button>
          )}
          <button
            type="button"
            class="btn"
            onClick$={() => {
              dialog.value?.close();
              if (job.value) location.reload();
            }}
          >
            Close
          </button>
          {!job.value && (
            <button type="submit" class={action.value === 'cancel' ? 'btn btn-danger' : 'btn btn-primary'} disabled={!preview.value?.total}>
              {ORDERS[action.value]} {found ?? ''}
            </button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
});
