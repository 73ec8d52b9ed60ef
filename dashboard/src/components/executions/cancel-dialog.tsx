/** Asks before it cancels, and shows what cancelling would run. The plan is asked for when the dialog opens. */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import type { ProblemBody } from '#contracts/problems';
import { CompensationPlanView } from '~/components/executions/compensation-plan';
import { call } from '~/lib/api';

interface Props {
  executionId: string;
  busy: boolean;
  confirm: QRL<() => Promise<void>>;
}

export const CancelButton = component$<Props>(({ executionId, busy, confirm }) => {
  const plan = useSignal<CompensationPlan>();
  const problem = useSignal<ProblemBody>();
  const open = $(async () => {
    (document.getElementById('cancel') as HTMLDialogElement).showModal();
    plan.value = undefined;
    problem.value = undefined;
    const answer = await call<CompensationPlan>(`/api/v1/executions/${executionId}/compensation-plan`);
    if (answer.ok) plan.value = answer.value;
    else problem.value = answer.problem;
  });
  return (
    <>
      <button type="button" class="btn btn-danger" disabled={busy} onClick$={open}>
        Cancel
      </button>
      <dialog id="cancel" class="dialog" style={{ width: 'min(560px, calc(100vw - 32px))' }} aria-labelledby="cancel-title">
        <form method="dialog">
          <h2 id="cancel-title" class="mb-1 text-16 font-semibold">
            Cancel this execution?
          </h2>
          <p class="mb-3 text-text-2">No further step starts; one that is under way ends first.</p>
          {plan.value && <CompensationPlanView plan={plan.value} />}
          {problem.value && (
            <p class="notice notice-bad" role="alert">
              What it would undo could not be found out: {problem.value.detail ?? problem.value.title}
            </p>
          )}
          {!plan.value && !problem.value && (
            <div class="grid gap-2" role="status" aria-label="Working out what would be undone">
              <span class="skeleton h-5" />
              <span class="skeleton h-5" />
            </div>
          )}
          <div class="mt-5 flex justify-end gap-2">
            <button type="submit" class="btn" autoFocus>
              Keep running
            </button>
            <button type="submit" class="btn btn-danger" onClick$={confirm}>
              Cancel execution
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
});
