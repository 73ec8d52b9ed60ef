/** Asks before it cancels, and shows what cancelling would run. The plan is asked for when the dialog opens. */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import type { ProblemBody } from '#contracts/problems';
import { CompensationPlanView } from '~/components/executions/compensation-plan';
import { Confirm } from '~/components/ui/confirm';
import { Skeleton } from '~/components/ui/skeleton';
import { call } from '~/lib/api';

interface Props {
  executionId: string;
  busy: boolean;
  cancel: QRL<() => Promise<ProblemBody | undefined>>;
}

export const CancelButton = component$<Props>(({ executionId, busy, cancel }) => {
  const plan = useSignal<CompensationPlan>();
  const problem = useSignal<ProblemBody>();
  const open = $(async () => {
    plan.value = undefined;
    problem.value = undefined;
    const answer = await call<CompensationPlan>(`/api/v1/executions/${executionId}/compensation-plan`);
    if (answer.ok) plan.value = answer.value;
    else problem.value = answer.problem;
  });
  return (
    <Confirm label="Cancel" title="Cancel this execution?" verb="Cancel execution" keep="Keep running" disabled={busy} width={560} onOpen$={open} act={cancel}>
      <p class="mb-3">No further step starts; one that is under way ends first.</p>
      {plan.value && <CompensationPlanView plan={plan.value} />}
      {problem.value && (
        <p class="notice notice-bad" role="alert">
          What it would undo could not be found out: {problem.value.detail ?? problem.value.title}
        </p>
      )}
      {!plan.value && !problem.value && <Skeleton label="Working out what would be undone" rows={2} />}
    </Confirm>
  );
});
