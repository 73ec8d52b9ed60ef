/** Opens an exported execution: it is imported, and its page is shown. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { useNavigate } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { call } from '~/lib/api';

export const OpenFile = component$(() => {
  const navigate = useNavigate();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const open = $(async (_: Event, field: HTMLInputElement) => {
    const file = field.files?.[0];
    if (!file) return;
    busy.value = true;
    problem.value = undefined;
    const answer = await call<{ execution_id: string }>('/api/v1/executions/import', {
      method: 'POST',
      headers: { 'content-type': 'application/jsonl' },
      body: file,
    });
    busy.value = false;
    // The same file can be chosen again.
    field.value = '';
    if (answer.ok) await navigate(`/executions/${answer.value.execution_id}`);
    else problem.value = answer.problem;
  });
  return (
    <>
      <label class="btn btn-quiet cursor-pointer focus-within:outline-2" aria-busy={busy.value ? 'true' : undefined} title="Look at an exported execution">
        {busy.value ? 'Opening' : 'Open file'}
        <input type="file" class="sr-only" accept=".jsonl,application/jsonl" disabled={busy.value} onChange$={open} />
      </label>
      {problem.value && (
        <div class="notice notice-bad fixed right-3 bottom-3 left-3 z-30 sm:left-auto sm:max-w-[480px]" role="alert">
          <p>
            The file could not be opened: {problem.value.detail ?? problem.value.title}
            {problem.value.hint ? ` ${problem.value.hint}` : ''}
          </p>
          <button type="button" class="btn mt-2" onClick$={() => (problem.value = undefined)}>
            Close
          </button>
        </div>
      )}
    </>
  );
});
