/** What an execution has cost: asked for once the page stands, and again when it has ended. */
import { type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionCost } from '#contracts/api-metrics';
import { call } from '~/lib/api';

/** `ended` changes when there is something new to ask. An execution that was brought from elsewhere cost nothing here. */
export function useCost(id: string, ended: Signal<boolean>, imported: boolean): Signal<ExecutionCost | undefined> {
  const cost = useSignal<ExecutionCost>();
  useVisibleTask$(
    async ({ track }) => {
      track(ended);
      if (imported) return;
      const answer = await call<ExecutionCost>(`/api/v1/executions/${id}/cost`);
      if (answer.ok) cost.value = answer.value;
    },
    { strategy: 'document-idle' },
  );
  return cost;
}
